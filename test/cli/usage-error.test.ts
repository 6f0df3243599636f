import { expect, test } from 'vitest'
import { usageError } from '../../src/cli/usage-error.ts'

const said = (message: string): string =>
  usageError(new Error(message), { command: 'actions close', flags: [] }).message

test('what is missing is said in one line, as the usage names it', () => {
  expect(
    said(
      'Missing 1 required arg:\naction  id of the action in the report\nSee more help with --help',
    ),
  ).toBe('ACTION is missing (id of the action in the report)')
  expect(
    said('Missing 2 required args:\nincident  its id\naction\nSee more help with --help'),
  ).toBe('INCIDENT is missing (its id), ACTION is missing')
  expect(said('Missing required flag evidence')).toBe('--evidence is missing')
})

test('flags that exclude each other are named once', () => {
  const twice =
    'The following error occurred:\n  --approve=true cannot also be provided when using --close\n  --close=true cannot also be provided when using --approve\nSee more help with --help'
  expect(said(twice)).toBe('--approve and --close exclude each other')
})
