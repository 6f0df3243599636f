/** Every command line of the README is run, in order, in one fresh repository. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BIN, ROOT, freshPlace } from '../hotwash.ts'

type Block = { language: string; text: string }

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
const blocks: Block[] = [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(
  ([, language = '', text = '']) => ({ language, text }),
)
const commands = blocks
  .filter(({ language }) => language === 'sh')
  .flatMap(({ text }) => text.trimEnd().split('\n'))

describe('the README', () => {
  it('holds command lines, and nothing but shell and YAML', () => {
    expect(commands.length).toBeGreaterThan(15)
    expect(new Set(blocks.map(({ language }) => language))).toEqual(new Set(['sh', 'yaml']))
  })

  it('tells only what works', () => {
    const place = freshPlace({ git: false })
    const bin = join(place.home, 'bin')
    mkdirSync(bin)
    writeFileSync(join(bin, 'hotwash'), `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`)
    chmodSync(join(bin, 'hotwash'), 0o755)
    const env = { ...place.env, PATH: `${bin}:${place.env['PATH']}` }
    const failed: { line: string; status: number | null; stderr: string }[] = []
    for (const { language, text } of blocks) {
      const [, path] = /^# (\S+)\n/.exec(text) ?? []
      if (language === 'yaml' && path !== undefined) {
        mkdirSync(dirname(join(place.dir, path)), { recursive: true })
        writeFileSync(join(place.dir, path), text)
      }
      if (language !== 'sh') continue
      for (const line of text.trimEnd().split('\n')) {
        // `npm start` belongs to a clone of hotwash; the rest to a user's repository.
        const cwd = line.startsWith('npm ') ? ROOT : place.dir
        const { status, stderr } = spawnSync('bash', ['-c', line], {
          cwd,
          env,
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
        })
        if (status !== 0) failed.push({ line, status, stderr })
      }
    }
    expect(failed).toEqual([])
  }, 240_000)
})
