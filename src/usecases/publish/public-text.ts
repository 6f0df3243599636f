/** The public version of a report, and every internal word that it still holds, at its place. */
import type { Issue } from '../../errors.ts'
import type { Journal } from '../../ports/journal.ts'
import { entityDecoder } from '../../postmortem/public/entities.ts'
import { findLeaks, type Leak, type LeakRules } from '../../postmortem/public/find-leaks.ts'
import { fold } from '../../postmortem/public/folded-text.ts'
import { vocabularyOf, type Vocabulary } from '../../postmortem/public/vocabulary.ts'
import { toHtml } from '../../postmortem/html/to-html.ts'
import { createReport } from '../../runbook/report.ts'
import type { CurrentReport } from '../current-report.ts'
import { renderReport, type ReportWorld } from '../report-text.ts'

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
  const inText = findLeaks(markdown, rules)
  // The page is made from the text alone; what its own words and styles look like is not asked.
  const inPage = findLeaks(withoutStyle(html), rules, { looks: false })
  const known = new Set(inText.map(({ folded }) => folded))
  const more = inPage.filter(({ folded }) => !known.has(folded))
  const leaks = [
    ...inText.map((leak) => issueOf(leak, { text: markdown, file: 'public.md', report, rules })),
    ...more.map((leak) =>
      issueOf(leak, { text: withoutStyle(html), file: 'public.html', report, rules }),
    ),
  ]
  const mask = (text: string): string => world.redactor.mask(text)
  return { markdown: mask(markdown), html: mask(html), leaks, warnings: rendered.warnings }
}

const withoutStyle = (html: string): string =>
  html.replace(/<(style|script)\b[^>]*>[\s\S]*?<\/\1>|<meta\b[^>]*>/gi, (part) =>
    part.replace(/[^\n]/g, ' '),
  )

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

type Where = { text: string; file: string; report: CurrentReport; rules: LeakRules }

const issueOf = (leak: Leak, { text, file, report, rules }: Where): Issue => {
  const inReport = leak.folded === '' ? undefined : offsetInReport(leak, report, rules)
  const source =
    inReport === undefined
      ? { text, file, offset: leak.start }
      : { text: report.text, file: report.place.path, offset: inReport }
  const made = createReport(source.text, source.file)
  const what =
    leak.kind === 'secret' ? 'a secret' : `${article(leak.kind)} of this incident or like one`
  const word =
    leak.kind === 'secret' ? (leak.folded === '' ? leak.found : 'a secret') : `"${leak.found}"`
  made.add(source.offset, {
    code: 'LEAK',
    message: `${word} would be published: ${what}`,
    hint:
      leak.kind === 'secret'
        ? 'take it out, and change the secret if this text was seen'
        : 'say it in other words; if it is public: public.allow in hotwash.yaml',
    // An excerpt would carry a secret into the log of CI.
    noExcerpt: leak.kind === 'secret',
  })
  return made.issues()[0] as Issue
}

const article = (kind: string): string => `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`

/** In the head: there people change it. */
const offsetInReport = (
  { folded }: Leak,
  { text }: CurrentReport,
  { unescape }: LeakRules,
): number | undefined => {
  const head = /^---\r?\n[\s\S]*?^---[ \t]*$/m.exec(text)?.[0] ?? ''
  for (const markup of ['kept', 'dropped'] as const) {
    const { lower, at } = fold(head, { markup, unescape })
    const marked = lower.search(/(?:^|\s)public:/)
    const index = marked === -1 ? lower.indexOf(folded) : firstOf(lower, folded, marked)
    if (index !== -1) return at[index]
  }
  return undefined
}

/** Under `public` first: what stands elsewhere in the head need not have been told. */
const firstOf = (lower: string, term: string, from: number): number => {
  const there = lower.indexOf(term, from)
  return there === -1 ? lower.indexOf(term) : there
}
