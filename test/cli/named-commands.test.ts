/** Whatever command and flag the sources, the templates and the pages name can be typed as it stands. */
import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { BaseCommand } from '../../src/cli/base-command.ts'
import { loadCommand } from '../../src/cli/command-entry.ts'
import { COMMANDS } from '../../src/commands/table.ts'

const FILES = [
  'src/**/*.ts',
  'templates/**/*.hbs',
  'runbooks/*.yaml',
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
].flatMap((pattern) => globSync(pattern))

const TOPICS = new Set(Object.keys(COMMANDS).map((id) => id.split(':')[0] ?? ''))

/** `hotwash postmortem edit ${incident} --at TIME` up to what ends it. */
const NAMED = /\bhotwash ((?:-C \S+ )?)([a-z]+)(?: ([a-z]+))?([^\n'"`;,:()|]*)/g

async function wrongIn(text: string): Promise<string[]> {
  const wrong: string[] = []
  const shown = text.replaceAll('<%= config.bin %>', 'hotwash')
  for (const [whole, , first = '', second, rest = ''] of shown.matchAll(NAMED)) {
    if (!TOPICS.has(first)) continue
    const id = [`${first}:${second}`, first].find((known) => Object.hasOwn(COMMANDS, known))
    // A topic alone is prose, or its second word is computed.
    if (id === undefined && second !== undefined) wrong.push(`there is no command: ${whole}`)
    if (id === undefined || rest.includes(' -- ')) continue
    const { flags } = await loadCommand(COMMANDS, id)
    const known = { ...flags, ...BaseCommand.baseFlags, help: {} }
    for (const [, flag = ''] of rest.matchAll(/ --([a-z][a-z-]*)/g)) {
      if (!Object.hasOwn(known, flag)) wrong.push(`there is no --${flag}: ${whole}`)
    }
  }
  return wrong
}

test('every command and flag that is named exists', async () => {
  const wrong = await Promise.all(
    FILES.map(async (file) =>
      (await wrongIn(readFileSync(file, 'utf8'))).map((one) => `${file}: ${one}`),
    ),
  )
  expect(FILES.length).toBeGreaterThan(100)
  expect(wrong.flat()).toEqual([])
})

test.each([
  ['hint: `hotwash postmortem redner ${id}`', 'command: hotwash postmortem redner '],
  ["hint: 'hotwash resolve ID --when TIME'", '--when: hotwash resolve ID --when TIME'],
])('a wrong one is seen: %j', async (text, named) => {
  expect(await wrongIn(text)).toEqual([expect.stringContaining(named)])
})

test.each([
  "hint: 'hotwash exec -- ls --all'",
  'a hotwash runbook, and what hotwash itself says',
  'hotwash postmortem ${next} ${incident}',
])('no wrong one is seen: %j', async (text) => {
  expect(await wrongIn(text)).toEqual([])
})
