/** Every command line of the README is run, in order, in one fresh repository; what it shows was printed. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BIN, ROOT, freshPlace, type Place } from '../hotwash.ts'

type Block = { language: string; text: string }

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
const blocks: Block[] = [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(
  ([, language = '', text = '']) => ({ language, text }),
)

/** Without what is another one each time: times, durations, commits, people, the width of columns. */
const masked = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\d/g, 'DATE')
    .replaceAll(/\d\d:\d\d(?::\d\d(?:\.\d+)?)?/g, 'TIME')
    .replaceAll(/\d+(?:\.\d+)? (?:ms|s|min|h)\b/g, 'LENGTH')
    .replaceAll(/LENGTH(?: LENGTH)+/g, 'LENGTH')
    .replaceAll(/(^|`)[0-9a-f]{7,12}(?=[ `])/gm, '$1COMMIT')
    .replaceAll(/, [^,\n]+ on [^,\n]+, commit/g, ', WHO, commit')
    .replaceAll(/ {2,}/g, ' ')

/** The lines of `shown` that `printed` does not have next to each other, or after a … later on. */
function notPrinted(shown: string, printed: string): string[] {
  const wanted = masked(shown).trim().split('\n')
  const lines = masked(printed).split('\n')
  let at = 0
  let isAnywhere = true
  for (const line of wanted) {
    const found = line.trim() === '…' ? undefined : lines.indexOf(line, at)
    if (found !== undefined && (found === -1 || (!isAnywhere && found !== at))) return [line]
    isAnywhere = found === undefined
    at = found === undefined ? at : found + 1
  }
  return []
}

function placeWithTool(): Place & { env: NodeJS.ProcessEnv } {
  const place = freshPlace({ git: false })
  const bin = join(place.home, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'hotwash'), `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`)
  chmodSync(join(bin, 'hotwash'), 0o755)
  return { ...place, env: { ...place.env, PATH: `${bin}:${place.env['PATH']}` } }
}

describe('the README', () => {
  it('tells only what works, and shows only what is printed', () => {
    const { dir, env } = placeWithTool()
    const wrong: object[] = []
    let printed = ''
    const run = (line: string): void => {
      // `npm start` belongs to a clone of hotwash; the rest to a user's repository.
      const cwd = line.startsWith('npm ') ? ROOT : dir
      const stdio = ['ignore', 'pipe', 'pipe'] as ('ignore' | 'pipe')[]
      const ended = spawnSync('bash', ['-c', line], { cwd, env, encoding: 'utf8', stdio })
      printed = `${ended.stderr}${ended.stdout}`
      const expected = Number(/ # exit (\d+)$/.exec(line)?.[1] ?? 0)
      if (ended.status !== expected) wrong.push({ line, status: ended.status, printed })
    }
    for (const { language, text } of blocks) {
      const [, path] = /^# (\S+)\n/.exec(text) ?? []
      if (language === 'sh') for (const line of text.trimEnd().split('\n')) run(line)
      else if (language === 'text') {
        for (const line of notPrinted(text, printed)) wrong.push({ line, printed })
      } else if (language === 'yaml' && path !== undefined) {
        mkdirSync(dirname(join(dir, path)), { recursive: true })
        writeFileSync(join(dir, path), text)
      } else wrong.push({ language, text })
    }
    expect(wrong).toEqual([])
    expect(blocks.length).toBeGreaterThan(20)
  }, 240_000)

  it.each([
    ['a\nb', 'x\na\nb\ny', []],
    ['a\n…\nb', 'a\nx\nb', []],
    ['a\nb', 'a\nx\nb', ['b']],
    ['b\n…\na', 'a\nb', ['a']],
    ['took 2.1 s, in 40 min 14 s', 'took 12 ms, in 5 s', []],
    ['3b05503 note', '9c3ab5b note', []],
  ])('%j is held against %j', (shown, printed, missing) => {
    expect(notPrinted(shown, printed)).toEqual(missing)
  })
})
