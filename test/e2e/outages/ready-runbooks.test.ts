/** Every runbook that is shipped: no warning, and ready for a stranger's repository. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { freshPlace, hotwash, json, ROOT } from '../../hotwash.ts'

const FOLDER = join(ROOT, 'runbooks')
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'))

type Input = { required: boolean; description: string | null }
type Shown = { runbook: { inputs: Record<string, Input> } }

describe('the runbooks that are shipped', () => {
  const place = freshPlace()

  it('have no error and no warning', () => {
    const paths = FILES.map((name) => join(FOLDER, name))
    const linted = hotwash(place, ['runbook', 'lint', ...paths, '--json'])
    expect([linted.code, json<{ findings: unknown[] }>(linted).findings]).toEqual([0, []])
  })

  it.each(FILES.map((name) => name.replace('.yaml', '')))(
    '%s is found by its name, describes each input, and asks for all it needs at once',
    (name) => {
      const { inputs } = json<Shown>(hotwash(place, ['runbook', 'show', name, '--json'])).runbook
      const wordless = Object.entries(inputs).filter(([, { description }]) => !description)
      expect(wordless).toEqual([])
      const required = Object.keys(inputs).filter((input) => inputs[input]?.required)
      expect(required).not.toEqual([])
      const asked = hotwash(place, ['run', name, '--plan'])
      const missing = [...asked.stderr.matchAll(/input (\w+)\b.* is missing/g)]
      expect([asked.code, missing.map(([, input]) => input)]).toEqual([3, required])
    },
  )
})
