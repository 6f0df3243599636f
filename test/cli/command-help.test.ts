import { expect, test } from 'vitest'
import { commandHelp } from '../../src/cli/command-help.ts'
import { COMMANDS } from '../../src/commands/table.ts'

const IDS = Object.keys(COMMANDS)

const flagsOf = (help: string): string[] =>
  (/\nFlags:\n([\s\S]*?)\n\n/.exec(help)?.[1] ?? '').split('\n')

test('what flags mean stands in one column, and beneath a label that is too wide for it', async () => {
  const [wide, beneath, ...others] = flagsOf(await commandHelp(COMMANDS, 'postmortem:lint'))
  expect(wide).toBe('  --format text|json|sarif|github')
  expect(beneath).toMatch(/^ {21}for people, /)
  expect(others).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^ {2}-o, --output FILE {2}write it/),
      expect.stringMatching(/^ {2}--strict {11}a warning/),
    ]),
  )
})

test('on a narrow terminal each flag has a line, and what it means the lines beneath', async () => {
  const [flag, means] = flagsOf(await commandHelp(COMMANDS, 'close', 40))
  expect([flag, means]).toEqual(['  --merge', '      merge the incident branch into the'])
})

/** Alone in its line. */
const LABEL = /^ {2}\S((?! {2}).)*$/

test.each([40, 59, 60, 100, 400])(
  'no line of any help is wider than a terminal of %i columns, examples and labels aside',
  async (columns) => {
    for (const id of IDS) {
      const help = await commandHelp(COMMANDS, id, columns)
      const prose = help.slice(0, help.indexOf('\nExamples:')).split('\n')
      const tooWide = prose.filter(
        (line) => line.length > Math.min(columns, 100) && !LABEL.test(line),
      )
      expect([id, tooWide]).toEqual([id, []])
    }
  },
)

test('a help says of each command what it is for, how it is typed, and an example', async () => {
  for (const id of IDS) {
    const help = await commandHelp(COMMANDS, id)
    const typed = `hotwash ${id.replaceAll(':', ' ')}`
    expect(help.split('\n')[0]).toMatch(new RegExp(`^${typed}: \\S`))
    expect(help).toContain(`\nUsage: ${typed}`)
    expect(help).toMatch(/\nExamples:\n {2}\S/)
    expect(help).not.toMatch(/undefined|\[object|<%/)
  }
})
