import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lintReport } from '../../../src/postmortem/lint/lint-report.ts'
import { exampleRecord } from './complete-report.ts'

const lint = (text: string) => lintReport({ text, file: 'x.md', record: exampleRecord() })

const PIECES = [
  '<!-- hotwash-waive ', '-->', '[^e1]', '[^e99]: ', '| a | b |\n| --- | --- |\n', '- ', '  - ', '# ',
  '---\nhotwash: 1\n', '---\n', 'actions:\n  - id: x\n', '2026-03-04 10:15', '10:15', '2026-13-45', ' UTC', ' PDT',
  '(', ')', '`', '```\n', '> ', '**', 'Duration: ', '45 minutes', '1h 30m', 'Resolved ', 'First detected: ',
  'human error', '12 of 40 (30 %)', 'Total | 9', '\u0000', '\u202E', '\uD800', '\r\n', '\n', '\n\n', 'from ', ' to ', ' lasted ',
] // prettier-ignore

describe('on hostile input', () => {
  it('lint never throws, and its places are in the text', () => {
    const text = fc
      .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 8 })), {
        maxLength: 60,
      })
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, (report) => {
        const lines = report.split(/\r\n|\r|\n/).length
        for (const { line, column, also = [] } of lint(report))
          for (const place of [{ line, column }, ...also]) {
            expect(place.line).toBeGreaterThanOrEqual(1)
            expect(place.line).toBeLessThanOrEqual(lines)
            expect(place.column).toBeGreaterThanOrEqual(1)
          }
      }),
      { numRuns: 200, seed: 20261121 },
    )
  })

  it.each([
    ['comments without an end', '<!-- hotwash-waive human-error: '],
    ['comments without an end, in lines', '<!-- hotwash-waive human-error: x\n'],
    ['backticks', '`'],
    ['backticks and text', '`` a '],
    ['brackets', ']('],
    ['comments without an end, alone', '<!--'],
    ['waivers in one line', 'a <!-- hotwash-waive x --> '],
    ['actions of many names', '- Aa (Bb '],
    ['numbers of things', '1 aaas '],
    ['quotes', '“'],
    ['numbers', '1'],
    ['times', '10:15 '],
    ['ranges', '10:15-10:20 (5 minutes) '],
    ['shares', '12 of 40 '],
    ['outages that go on', 'outage lasted '],
    ['rows', '- 2026-03-04 10:15 x\n'],
    ['rows out of order', '- 10:15 x\n- 10:05 y\n'],
    ['headings', '# 10:15\n'],
    ['cells', '| 10:15 '],
    ['handles', '@a-'],
    ['citations', '[^e1]'],
    ['labels', 'Resolved 2026-03-04 10:15\n'],
    ['claims', 'Time to repair: 5 minutes\n'],
  ])('%s: time grows with the length, not with its square', (_, unit) => {
    const once = timed(unit.repeat(Math.ceil(15_000 / unit.length)))
    const fourfold = timed(unit.repeat(Math.ceil(60_000 / unit.length)))
    // Quadratic would be 16.
    expect(fourfold / Math.max(once, 20)).toBeLessThan(10)
  })
})

/** Time on a processor: how busy the machine is does not count. */
const worked = (): number => process.cpuUsage().user / 1000

const timed = (text: string): number => {
  const best = [0, 1].map(() => {
    const start = worked()
    lint(text)
    return worked() - start
  })
  return Math.min(...best)
}
