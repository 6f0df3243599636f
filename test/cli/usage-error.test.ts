import { describe, expect, it, test } from 'vitest'
import { usageError } from '../../src/cli/usage-error.ts'
import { HotwashError } from '../../src/errors.ts'

const KNOWN = {
  command: 'actions close',
  flags: { evidence: { description: 'what shows that it is done' }, json: {} },
}
const wrong = (message: string, more: object = {}): HotwashError =>
  usageError(Object.assign(new Error(`${message}\nSee more help with --help`), more), KNOWN)

describe('what the parser says, in our words', () => {
  it.each([
    [
      'Missing 1 required arg:\naction  id of the action in the report',
      'ACTION is missing (id of the action in the report)',
    ],
    [
      'Missing 2 required args:\nincident  its id\naction',
      'INCIDENT is missing (its id), ACTION is missing',
    ],
    ['Missing required flag evidence', '--evidence is missing (what shows that it is done)'],
    [
      'The following error occurred:\n  Missing required flag evidence',
      '--evidence is missing (what shows that it is done)',
    ],
    ['Unexpected arguments: the, team', 'too much is given: the, team'],
    ['Flag --at expects a value', '--at needs a value'],
    [
      'Expected --status=fixed to be one of: acknowledged, mitigated',
      '--status fixed: not one of acknowledged, mitigated',
    ],
    [
      'The following error occurred:\n  All of the following must be provided when using --day: --from',
      '--day goes with --from only',
    ],
    [
      'Parsing --most \n\tExpected an integer but received: many',
      '--most many: not a whole number',
    ],
    [
      'Parsing --most \n\tExpected an integer greater than or equal to 1 but received: 0',
      '--most 0: not a whole number, 1 or greater',
    ],
    [
      'Parsing --most \n\tExpected an integer less than or equal to 100 but received: 101',
      '--most 101: not a whole number, 100 or less',
    ],
    [
      'The following error occurred:\n  --approve=true cannot also be provided when using --close\n  --close=true cannot also be provided when using --approve',
      '--approve and --close exclude each other',
    ],
  ])('%j', (theirs, ours) => {
    expect(wrong(theirs).message).toBe(ours)
    expect(wrong(theirs).hint).toContain('hotwash actions close --help shows what is accepted')
  })
})

test('a flag that is nearly known is named', () => {
  const { message, hint } = wrong('Nonexistent flag: --evidnce', { flags: ['--evidnce'] })
  expect(message).toBe('there is no flag --evidnce')
  expect(hint).toMatch(/^did you mean --evidence\? hotwash/)
})

test('words that lack their quotes are told so', () => {
  expect(wrong('Unexpected argument: team').hint).toMatch(/^put words that belong together in quot/)
})

test('an error of our own loses the frame and keeps its hint', () => {
  const own = new HotwashError('USAGE', 'there is no such folder', { hint: 'name another' })
  own.message = `Parsing --folder \n\t${own.message}\nSee more help with --help`
  expect(usageError(own, KNOWN)).toMatchObject({
    code: 'USAGE',
    message: 'there is no such folder',
    hint: 'name another',
  })
})
