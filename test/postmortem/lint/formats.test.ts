import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import type { Finding } from '../../../src/postmortem/lint/finding.ts'
import { lintReport } from '../../../src/postmortem/lint/lint-report.ts'
import { RULES } from '../../../src/postmortem/lint/rules.ts'
import { toGithub } from '../../../src/postmortem/lint/to-github.ts'
import { toSarif } from '../../../src/postmortem/lint/to-sarif.ts'
import { toText } from '../../../src/postmortem/lint/to-text.ts'
import { inReport } from './complete-report.ts'

/** The schema is of draft 04: its `id` is the `$id` of today, nothing else of it differs. */
const sarifSchema = () => {
  const file = join(import.meta.dirname, '../../fixtures/sarif/sarif-2.1.0-rtm.5.json')
  const { id: _id, $schema: _schema, ...schema } = JSON.parse(readFileSync(file, 'utf8'))
  return new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema)
}

const allBad = (): Finding[] =>
  RULES.flatMap(({ bad, id }) =>
    lintReport({
      text: inReport(bad),
      file: `docs/${id} ünd more.md`,
      now: '2026-11-21T00:00:00Z',
    }),
  )

const finding = (changes: Partial<Finding>): Finding => ({
  rule: 'human-error',
  severity: 'error',
  file: 'report.md',
  line: 3,
  column: 5,
  message: 'a message',
  suggestion: 'a suggestion',
  ...changes,
})

describe('SARIF', () => {
  it('is valid by the official schema, for findings of all rules and for none', () => {
    const validate = sarifSchema()
    for (const findings of [allBad(), []]) {
      const ok = validate(JSON.parse(toSarif(findings, 'hotwash 0.1.0')))
      expect(validate.errors).toBeNull()
      expect(ok).toBe(true)
    }
  })

  it('is refused by that schema when a level is none', () => {
    const validate = sarifSchema()
    const wrong = toSarif([finding({})], 'hotwash 0.1.0').replaceAll('"error"', '"fatal"')
    expect(validate(JSON.parse(wrong))).toBe(false)
  })

  it('names tool, rule, place and the places of the facts', () => {
    const sarif = JSON.parse(
      toSarif([finding({ file: 'a b/c#1.md', also: [{ line: 9, column: 2 }] })], 'hotwash 1.2.3'),
    )
    const [run] = sarif.runs
    expect(run.tool.driver).toMatchObject({ name: 'hotwash', version: '1.2.3' })
    expect(run.tool.driver.rules[run.results[0].ruleIndex].id).toBe('human-error')
    expect(run.results[0]).toMatchObject({
      ruleId: 'human-error',
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'a%20b/c%231.md' },
            region: { startLine: 3, startColumn: 5 },
          },
        },
      ],
      relatedLocations: [{ physicalLocation: { region: { startLine: 9, startColumn: 2 } } }],
    })
  })
})

describe('a finding in SARIF', () => {
  const printsOf = (text: string): string[] => {
    const findings = lintReport({ text, file: 'a.md' })
    const sarif = JSON.parse(toSarif(findings, 'hotwash 0.1.0', () => text))
    return sarif.runs[0].results.map(
      ({ partialFingerprints }: { partialFingerprints: Record<string, string> }) =>
        partialFingerprints['primaryLocationLineHash'],
    )
  }

  it('is known again when lines are put before it, and told from an equal one', () => {
    const text = 'A human error.\n\nIt was a human error.\n\nA human error.\n'
    const before = printsOf(text)
    expect(new Set(before).size).toBe(3)
    expect(printsOf(`# A title\n\nAll is well.\n\n${text}`)).toEqual(before)
    expect(printsOf(text.replace('It was', 'It is'))[1]).not.toBe(before[1])
  })

  it('counts columns in UTF-16 units, from 1', () => {
    const [found] = lintReport({ text: '😀😀 human error', file: 'a.md' })
    expect(found?.column).toBe(6)
  })

  it('is of a rule that is named once', () => {
    const [run] = JSON.parse(toSarif([], 'hotwash 0.1.0')).runs
    const ids = run.tool.driver.rules.map(({ id }: { id: string }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('annotations of GitHub Actions', () => {
  it('escape what would end a property or the command', () => {
    const line = toGithub([
      finding({ file: 'a,b:c%.md', message: '50 % of\n::error::logins, all', severity: 'warning' }),
    ])
    expect(line).toBe(
      '::warning file=a%2Cb%3Ac%25.md,line=3,col=5,title=human-error::50 %25 of ::error::logins, all%0Aa suggestion',
    )
  })

  it('call a note a notice, and give one line each', () => {
    const lines = toGithub([finding({ severity: 'note' }), finding({})]).split('\n')
    expect(lines.map((line) => line.split(' ', 1)[0])).toEqual(['::notice', '::error'])
  })
})

describe('text', () => {
  const text = 'one\n\nThe human error of\u001b[31m yesterday\u202E.\n'
  const found = lintReport({ text, file: 'evil\u001b]0;title\u0007.md' })

  it('shows the line with a caret, why, and what to do', () => {
    const shown = toText(found, () => text)
    expect(shown).toContain(':3:5: human-error: warning: “human error” is not a cause')
    expect(shown).toContain('    The human error of')
    expect(shown.split('\n')[2]).toBe('        ^')
    expect(shown).toContain('    why: It ends the search')
    expect(shown).toContain('    hint: say what made')
    expect(shown).toContain('<!-- hotwash-waive human-error: ')
  })

  it('says once what to do about a rule', () => {
    const twice = `${text}\nA human error, again.\n`
    const shown = toText(lintReport({ text: twice, file: 'a.md' }), () => twice)
    expect(shown.split('human-error: warning:')).toHaveLength(3)
    expect(shown.split('hint: ')).toHaveLength(2)
  })

  it('lets no control character of the report or its name reach the terminal', () => {
    // eslint-disable-next-line no-control-regex
    expect(toText(found, () => text)).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/)
    // eslint-disable-next-line no-control-regex
    expect(toGithub(found)).not.toMatch(/[\u0000-\u001F\u202E]/)
  })

  it('shows what is asked for once: on the line', () => {
    const asks = '> **To write:** who noticed first?\n<!-- to-write: detection -->\n'
    const shown = toText(lintReport({ text: asks, file: 'x.md' }), () => asks)
    expect(shown).toContain('x.md:1:1: to-write-left: error: detection is still to be written\n')
    expect(shown.split('who noticed first?')).toHaveLength(2)
  })

  it('says why once for each rule', () => {
    const twice = 'A human error.\n\nOne more human error.\n'
    const shown = toText(lintReport({ text: twice, file: 'x.md' }), () => twice)
    expect(shown.match(/why:/g)).toHaveLength(1)
  })

  it('shows each line that it compares once, and its own at the top alone', () => {
    const also = [3, 1, 3, 1].map((line) => ({ line, column: 1 }))
    const shown = toText([finding({ also })], () => 'from 14:05\n\nto 14:47 UTC\n').split('\n')
    expect(shown.filter((line) => /^ {4}line /.test(line))).toEqual(['    line 1: from 14:05'])
    expect(shown.filter((line) => line.includes('to 14:47'))).toHaveLength(1)
  })
})
