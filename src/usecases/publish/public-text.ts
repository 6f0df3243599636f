/** The public version of a report, and every internal word that it still holds, at its place. */
import type { Issue } from '../../errors.ts'
import type { Journal } from '../../ports/journal.ts'
import { entityDecoder } from '../../postmortem/public/entities.ts'
import type { LeakRules } from '../../postmortem/public/find-leaks.ts'
import { vocabularyOf, type Vocabulary } from '../../postmortem/public/vocabulary.ts'
import { toHtml } from '../../postmortem/html/to-html.ts'
import type { CurrentReport } from '../report/current-report.ts'
import { leakIssues } from './leak-issues.ts'
import { renderReport, type ReportWorld } from '../report/report-text.ts'

export type PublicText = {
  /** Masked, too, where a secret stood. */
  markdown: string
  html: string
  /** Each at its place in the report, or in `public.md` where the report has no such word. */
  leaks: Issue[]
  warnings: string[]
}

const TEMPLATE = 'public'

export const publicText = async (
  world: ReportWorld,
  journal: Journal,
  report: CurrentReport,
): Promise<PublicText> => {
  const { head: people } = report
  const rendered = await renderReport(world, journal, {
    template: TEMPLATE,
    ref: undefined,
    people,
  })
  const markdown = rendered.text
  const title = people?.public?.title ?? journal.state().title
  const html = await toHtml({ markdown, title })
  const rules = await leakRules(world, journal, report)
  const leaks = leakIssues({ markdown, html }, { report, rules })
  const mask = (text: string): string => world.redactor.mask(text)
  return { markdown: mask(markdown), html: mask(html), leaks, warnings: rendered.warnings }
}

const leakRules = async (
  world: ReportWorld,
  journal: Journal,
  report: CurrentReport,
): Promise<LeakRules> => {
  const { config, redactor } = world
  const texts = textsOf(journal)
  learnSecrets(world, texts.runbooks)
  return {
    vocabulary: publicWordsOut(
      vocabularyOf({
        events: journal.events(),
        state: journal.state(),
        head: report.head,
        people: [...Object.values(config.teams).flat(), world.actor.name, world.actor.email],
        names: [...(config.rehearsal?.databases ?? []), ...(config.rehearsal?.urls ?? [])],
        texts: [...texts.runbooks, ...texts.evidence],
      }),
      report.head?.public?.services ?? report.head?.services ?? [],
    ),
    deny: config.public.deny,
    allow: config.public.allow,
    secretIn: (text) => redactor.finds(text),
    unescape: await entityDecoder(),
  }
}

/** A service that people named in the report is no secret because a command names it, too. */
const publicWordsOut = (all: Vocabulary, services: readonly string[]): Vocabulary => {
  const named = new Set(services.map((service) => service.toLowerCase()))
  const plain = new Set(['internal name', 'input', 'step', 'runbook'])
  return new Map([...all].filter(([term, kind]) => !(named.has(term) && plain.has(kind))))
}

const MOST_EVIDENCE = 4_000_000

const textsOf = (journal: Journal): { runbooks: string[]; evidence: string[] } => {
  const { runs } = journal.state()
  const digests = runs.flatMap(({ runbook }) => [runbook, ...(runbook.includes ?? [])])
  const runbooks = [...new Set(digests.map(({ sha256 }) => sha256))].flatMap(
    (sha256) => journal.readRunbook(sha256) ?? [],
  )
  const evidence: string[] = []
  let room = MOST_EVIDENCE
  for (const event of journal.events()) {
    for (const { sha256 } of 'evidence' in event.data ? evidenceOf(event.data.evidence) : []) {
      const text = room > 0 ? journal.readEvidence(sha256) : undefined
      if (text === undefined) continue
      evidence.push(text.slice(0, room))
      room -= text.length
    }
  }
  return { runbooks, evidence }
}

const evidenceOf = (evidence: unknown): { sha256: string }[] =>
  Array.isArray(evidence) ? (evidence as { sha256: string }[]) : []

/** Of variables that the runbooks read secrets from: their values are looked for as long as they are set. */
const learnSecrets = ({ process, redactor }: ReportWorld, runbooks: readonly string[]): void => {
  const env = process.env()
  for (const [, name = ''] of runbooks.join('\n').matchAll(/\benv:\s*["']?([A-Za-z_]\w*)/g)) {
    const value = env[name]
    if (value !== undefined && value.length >= 8) redactor.add(name, value)
  }
}
