/** The sample record in every template: nothing that the log has is left out, and a gap is seen. */
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findTemplate } from '../../src/postmortem/find-template.ts'
import { lintReport } from '../../src/postmortem/lint/lint-report.ts'
import { fieldsOfTemplate } from '../../src/postmortem/render.ts'
import { FACTS } from '../e2e/outages/log-facts.ts'
import { gapsIn, untrueFootnotes } from '../e2e/outages/report-check.ts'
import { recordOf, rendered } from './lint/rendered-report.ts'
import { readEvidence, records } from './records.ts'

/** Outsiders are told nothing of a log but its times. */
const NAMES = readdirSync('templates')
  .flatMap((file) => /^(.+)\.md\.hbs$/.exec(file)?.[1] ?? [])
  .filter((name) => name !== 'public')
const events = records.sample ?? []
const log = { events, readEvidence }

/** As `postmortem templates` lists them. */
const shownBy = async (template: string): Promise<string[]> => {
  const { fields } = await fieldsOfTemplate(findTemplate({ root: '.', packageRoot: '.' }, template))
  const names = fields.map((field) => field.replaceAll('[]', ''))
  return Object.keys(FACTS).filter((fact) =>
    names.some((name) => name === fact || name.startsWith(`${fact}.`)),
  )
}

describe('the sample record', () => {
  it.each(NAMES)('has no gap in %s', async (template) => {
    const report = await rendered({ template, events })
    expect(gapsIn(report, await shownBy(template), log)).toEqual([])
    expect(untrueFootnotes(report, log)).toEqual([])
    const found = lintReport({ text: report, file: 'report.md', record: recordOf(events) })
    const left = new Set(['to-write-left', 'no-detection', 'no-impact-numbers'])
    expect(found.filter(({ rule }) => !left.has(rule))).toEqual([])
  })
})

describe('a gap', () => {
  it('is each row of a step, a check, a limit or a way back that is not there', async () => {
    for (const [template, fact] of [
      ['google-sre', 'runs.steps'],
      ['google-sre', 'timeline'],
      ['google-sre', 'runs.undone.rows'],
      ['google-sre', 'backups'],
      ['playbook', 'runs.watch'],
      ['recovery', 'runs.ways_back'],
      ['troubleshooting', 'runs.symptoms'],
      ['narrative', 'chapters.rows'],
      ['brief', 'moments.declared'],
    ] as const) {
      const report = await rendered({ template, events })
      const [first] = FACTS[fact]?.(log) ?? []
      expect([fact, first === undefined]).toEqual([fact, false])
      const marks = (first?.clocks ?? []).map((clock) => `[^e${clock}]`)
      const without = report
        .split('\n')
        .filter((line) => !marks.some((mark) => line.includes(mark)))
        .join('\n')
      expect([fact, gapsIn(without, [fact], log).length > 0]).toEqual([fact, true])
    }
  })

  it('is a footnote that names another step, moment or person', async () => {
    const report = await rendered({ template: 'brief', events })
    expect(untrueFootnotes(report, log)).toEqual([])
    for (const [from, to] of [
      [/^(\[\^e1\]: .* \d\d:)\d\d/m, '$199'],
      [/^(\[\^e1\]: `incident\.)declared/m, '$1resolved'],
      [/^(\[\^e1\]: .* UTC, )\w+/m, '$1Kim'],
    ] as const)
      expect(untrueFootnotes(report.replace(from, to), log)).toHaveLength(1)
  })
})
