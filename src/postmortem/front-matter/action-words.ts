/** Words of actions, apart from the schema that uses them: commands offer them without loading it. */
export const ACTION_TYPES = [
  'prevent',
  'detect',
  'mitigate',
  'repair',
  'investigate',
  'process',
] as const
export const PRIORITIES = ['P0', 'P1', 'P2', 'P3', 'P4'] as const
