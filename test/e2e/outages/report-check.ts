/**
 * All templates over the record of an outage that was really met: each shows what the log has of
 * what it claims to show, and every citation is of the event that it names.
 */
import { expect } from 'vitest'
import { buildRecordWorld } from '../../../src/cli/build-record-world.ts'
import { packageRoot } from '../../../src/cli/package.ts'
import { foldEvents } from '../../../src/incident/fold.ts'
import type { Journal } from '../../../src/ports/journal.ts'
import { lintReport } from '../../../src/postmortem/lint/lint-report.ts'
import { toHtml } from '../../../src/postmortem/html/to-html.ts'
import { currentReport } from '../../../src/usecases/report/current-report.ts'
import { listPostmortemTemplates } from '../../../src/usecases/report/list-templates.ts'
import { renderReport } from '../../../src/usecases/report/report-text.ts'
import type { Place } from '../../hotwash.ts'
import { bodyOf, problemsOf, proseOf } from '../../postmortem/report-checks.ts'
import { FACTS, type Fact, type Log } from './log-facts.ts'

export type Opened = {
  journal: Journal
  /** Markdown, with what people wrote in the head of the present report. */
  rendered: (template: string) => Promise<string>
}

/** In this process: ten documents take less than one start of the tool. */
export async function opened<T>(
  { dir, env }: Place,
  incident: string,
  use: (open: Opened) => Promise<T>,
): Promise<T> {
  const before = process.env
  process.env = { ...env }
  try {
    const world = { ...(await buildRecordWorld(dir)), packageRoot }
    const journal = world.store.open(incident)
    const report = await currentReport(world, journal)
    const about = { ref: report?.place.ref, people: report?.head }
    const rendered = async (template: string): Promise<string> =>
      (await renderReport(world, journal, { template, ...about })).text
    return await use({ journal, rendered })
  } finally {
    process.env = before
  }
}

/** As it reads: without escapes and marks of Markdown, with single spaces. */
const plain = (markdown: string): string =>
  markdown
    .replaceAll(/\\(?=[^a-zA-Z0-9\s])/g, '')
    .replaceAll('**', '')
    .replaceAll(/\s+/g, ' ')

const isTold = (report: string, lines: readonly string[], { says, clocks }: Fact): boolean => {
  if (clocks.length === 0) return says.every((one) => report.includes(plain(one)))
  const marks = clocks.map((clock) => `[^e${clock}]`)
  return lines.some(
    (line) =>
      marks.some((mark) => line.includes(mark)) && says.every((one) => line.includes(plain(one))),
  )
}

/** Facts that the log has, and the template claims to show, and does not. */
export const gapsIn = (report: string, shows: readonly string[], log: Log): string[] => {
  const lines = proseOf(report)
    .split('\n')
    .filter((line) => !/^\[\^e\d+\]: /.test(line))
    .map(plain)
  const whole = plain(bodyOf(report))
  return shows.flatMap((field) =>
    (FACTS[field]?.(log) ?? [])
      .filter((fact) => !isTold(whole, lines, fact))
      .map(({ says, clocks }) => `${field}: ${says.join(' | ')} [e${clocks.join(', e')}]`),
  )
}

/** Footnotes that say something else than the event of the log. */
export const untrueFootnotes = (report: string, { events }: Log): string[] =>
  [...report.matchAll(/^\[\^e(\d+)\]: (.*)$/gm)].flatMap(([line, clock, says = '']) => {
    const event = events.find((one) => one.clock === Number(clock))
    if (event === undefined) return [`no such event: ${line}`]
    const { type, at, actor, step, attempt = 1 } = event
    const wanted = `${step === undefined ? '' : `step \`${step}\`, ${attempt > 1 ? `attempt ${attempt}, ` : ''}`}\`${type}\` (event ${clock}), ${at.replace('T', ' ').replace('Z', ' UTC')}, ${actor.name} on ${actor.host}`
    return plain(says).startsWith(wanted) ? [] : [`${line} is not ${wanted}`]
  })

const brokenAnchors = (page: string): string[] => {
  const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
  return [...page.matchAll(/ href="#([^"]+)"/g)].flatMap(([, id = '']) =>
    ids.has(id) || ids.has(decodeURIComponent(id)) ? [] : [id],
  )
}

/** What is left to people in a report of which only the head of the log is filled. */
const LEFT = new Set(['to-write-left', 'no-detection', 'no-impact-numbers'])

export async function expectTrueReports(place: Place, incident: string): Promise<void> {
  await opened(place, incident, async ({ journal, rendered }) => {
    const { templates } = await listPostmortemTemplates({ root: place.dir, packageRoot })
    expect(templates).toHaveLength(10)
    const events = journal.events()
    const log: Log = { events, readEvidence: (sha256) => journal.readEvidence(sha256) }
    const record = { events, state: foldEvents(incident, events) }
    for (const { name, log: shows, asks } of templates) {
      const report = await rendered(name)
      const found = lintReport({ text: report, file: name, record })
      const marks = found.filter(({ rule }) => rule === 'to-write-left').length
      expect({
        name,
        gaps: gapsIn(report, shows, log),
        untrue: untrueFootnotes(report, log),
        problems: problemsOf(report),
        lint: name === 'public' ? [] : found.filter(({ rule }) => !LEFT.has(rule)),
        anchors: brokenAnchors(await toHtml({ markdown: report, title: name })),
        isMore: marks > asks.length,
      }).toEqual({
        name,
        gaps: [],
        untrue: [],
        problems: [],
        lint: [],
        anchors: [],
        isMore: false,
      })
    }
  })
}
