/**
 * What a command's class says of itself, in the words of both `--help` and docs/commands.md:
 * `hotwash declare TITLE --severity SEV2 [FLAGS]`, a line for each argument and each flag.
 */
type Described = { description?: string | undefined; required?: boolean | undefined }
type Arg = Described
type Flag = Described & {
  type: string
  char?: string | undefined
  helpValue?: string | string[]
  multiple?: boolean
  options?: readonly string[]
  default?: unknown
}
type Parts = {
  args?: object
  flags?: object
  examples?: readonly unknown[]
  description?: string | undefined
  usage?: string | string[] | undefined
  strict?: boolean
}

export type CommandDescription = {
  usage: string[]
  description: string | undefined
  args: Row[]
  flags: Row[]
  examples: string[]
}

/** What to type, and what it means. */
type Row = { label: string; says: string }

export function describeCommand(id: string, command: Parts): CommandDescription {
  const name = `hotwash ${id.replaceAll(':', ' ')}`
  const args = Object.entries((command.args ?? {}) as Record<string, Arg>)
  const flags = Object.entries((command.flags ?? {}) as Record<string, Flag>)
  const labels = args.map(([arg], nth) => {
    const isMany = command.strict === false && nth === args.length - 1
    return `${arg.toUpperCase()}${isMany ? ' ...' : ''}`
  })
  const typed = args.map(([, { required }], nth) =>
    required === true ? labels[nth] : `[${labels[nth]}]`,
  )
  return {
    usage:
      command.usage === undefined
        ? [[name, ...typed, ...flagUsage(flags)].join(' ')]
        : [command.usage].flat().map((one) => `hotwash ${one}`),
    description: command.description,
    args: args.map(([, { description = '' }], nth) => ({
      label: labels[nth] ?? '',
      says: description,
    })),
    flags: flagRows(command.flags),
    examples: (command.examples ?? []).map((one) =>
      String(one).replaceAll('<%= config.bin %>', 'hotwash'),
    ),
  }
}

export const flagRows = (flags: object = {}): Row[] =>
  Object.entries(flags as Record<string, Flag>)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, flag]) => ({
      label: `${flag.char === undefined ? '' : `-${flag.char}, `}${longForm(name, flag)}${flag.multiple === true ? ' ...' : ''}`,
      says: `${flag.description ?? ''}${remark(flag)}`,
    }))

const remark = ({ required, default: usual }: Flag): string => {
  if (required === true) return ' (required)'
  return typeof usual === 'string' || typeof usual === 'number' ? ` (${usual} unless given)` : ''
}

/** A choice is its own best name. */
function longForm(name: string, { type, options, helpValue }: Flag): string {
  if (type === 'boolean') return `--${name}`
  return `--${name} ${[options?.join('|') ?? helpValue ?? name.toUpperCase()].flat()[0]}`
}

function flagUsage(flags: readonly (readonly [string, Flag])[]): string[] {
  const needed = flags.filter(([, { required }]) => required === true)
  const others = flags.length > needed.length ? ['[FLAGS]'] : []
  return [...needed.map(([name, flag]) => longForm(name, flag)), ...others]
}
