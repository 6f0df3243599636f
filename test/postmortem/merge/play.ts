/**
 * A game of two: a person edits a report, the record (and maybe the tool) goes on, both are merged, and
 * what must never happen is looked for.
 */
import { foldEvents } from '../../../src/incident/fold.ts'
import { findTemplate } from '../../../src/postmortem/find-template.ts'
import { parseFrontMatter } from '../../../src/postmortem/front-matter/parse-front-matter.ts'
import type { MergedReport, ReportTexts } from '../../../src/postmortem/merge/merge-report.ts'
import type { TemplateSet } from '../../../src/postmortem/load-template.ts'
import { renderTemplate } from '../../../src/postmortem/render.ts'
import { buildView } from '../../../src/postmortem/view.ts'
import { makeEvents, type TestDraft } from '../../events.ts'
import { goodFix, readEvidence, wrongFix } from '../outage.ts'
import { chanceOf, edit, partsOf, type Chance, type Edited } from './scripted-person.ts'

const ID = '2026-11-21-login-outage'
const TEMPLATES = [
  'google-sre',
  'google-sre',
  'pagerduty',
  'atlassian',
  'gitlab',
  'narrative',
  'brief',
  'troubleshooting',
]

/** Of the tool. */
type Version = { tool: string; templates: TemplateSet }

export const thisVersion = (template: string): Version => ({
  tool: 'hotwash 0.1.0',
  templates: findTemplate({ root: '.', packageRoot: '.' }, template),
})

/** The record as it was after so many events; commits are known of the older ones. */
const rendered = async (
  drafts: readonly TestDraft[],
  { report, template, version }: { report: string; template: string; version: Version },
): Promise<string> => {
  const events = makeEvents(drafts)
  const view = buildView({
    events,
    state: foldEvents(ID, events),
    people: parseFrontMatter(report, 'postmortem.md').head,
    commitOf: ({ clock }) => (clock < events.length - 2 ? 'ab'.repeat(20) : undefined),
    readEvidence,
    tool: version.tool,
    template,
  })
  return (await renderTemplate(version.templates, view)).text
}

const GROWTH: TestDraft[] = [
  { type: 'note.added', data: { text: 'the bank called' } },
  { type: 'incident.updated', data: { severity: 'SEV1' } },
  { type: 'note.added', data: { text: 'a second wave' } },
  { type: 'incident.updated', data: { title: 'Nobody can log in' } },
] as TestDraft[]

/** What a line says, whatever the width of its columns. */
const said = (line: string): string => line.replace(/[|\s-]+/g, ' ').trim()
const bookkeeping = /^\[\^e|^rendered_by|events, up to event|events?\)/

/** Of a row that both sides changed, each cell that one of them wrote. */
const isSaid = (line: string, by: ReadonlySet<string>, [text, base]: [string, string]): boolean =>
  by.has(said(line)) ||
  (line.startsWith('|') &&
    line
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim())
      .every((cell) => text.includes(cell) || base.includes(cell)))

type Round = { base: string; yours: string; theirs: string; merged: MergedReport; person: Edited }

const linesOf = (text: string): string[] => text.split('\n')

/** Of what a person wrote. */
export const lossesOf = ({ base, yours, merged, person }: Round): string[] => {
  const [was, now] = [base, merged.text].map((text) => new Set(linesOf(text).map(said))) as [
    Set<string>,
    Set<string>,
  ]
  const lines = linesOf(yours).filter(
    (line) =>
      !was.has(said(line)) && !isSaid(line, now, [merged.text, base]) && !bookkeeping.test(line),
  )
  const words = person.words.filter((word) => !merged.text.includes(word))
  return [...words.map((word) => `lost word ${word}`), ...lines.map((line) => `lost line ${line}`)]
}

export const problemsOf = (round: Round): string[] => {
  const { base, yours, theirs, merged, person } = round
  const problems = lossesOf(round)
  const [was, mine, other, now] = [base, yours, theirs, merged.text].map(
    (text) => new Set(linesOf(text).map(said)),
  ) as [Set<string>, Set<string>, Set<string>, Set<string>]
  const leftOut = partsOf(theirs).parts.filter(({ heading }) =>
    merged.leftOut.includes(heading.replace(/^#+ /, '').replaceAll('\\', '')),
  )
  const gone = new Set(leftOut.flatMap(({ body, heading }) => [heading, ...body].map(said)))
  for (const line of linesOf(theirs))
    if (
      !was.has(said(line)) &&
      !isSaid(line, now, [merged.text, base]) &&
      !gone.has(said(line)) &&
      !bookkeeping.test(line)
    )
      problems.push(`lost fact ${line}`)
  const clean = merged.text.replace(/^<<<<<<< yours\n[^]*?^>>>>>>> the record\n/gm, '')
  for (const line of person.deleted) {
    const times = linesOf(base).filter((one) => said(one) === said(line)).length
    if (times === 1 && other.has(said(line)) && linesOf(clean).map(said).includes(said(line)))
      problems.push(`came back: ${line}`)
  }
  const shown = merged.text.match(/^\|{7} the last render$/gm)?.length ?? 0
  if (shown !== merged.conflicts.length) problems.push(`${shown} conflicts are shown`)
  for (const [, part = ''] of merged.text.matchAll(/^\|{7} the last render\n([^]*?)^={7}$/gm))
    for (const line of part.split('\n').map(said))
      if (line !== '' && (mine.has(line) || other.has(line)))
        problems.push(`no conflict, only one side changed it: ${line}`)
  const defined = new Set([...merged.text.matchAll(/^\[\^(e\w+)\]:/gm)].map(([, name]) => name))
  for (const [, name] of merged.text.matchAll(/\[\^(e\w+)\](?!:)/g))
    if (!defined.has(name)) problems.push(`no footnote ${name}`)
  const order = (text: string): string[] => partsOf(text).parts.map(({ heading }) => heading)
  const [before, after] = [order(yours), order(clean)]
  const shared = before.filter(
    (heading) => after.includes(heading) && before.indexOf(heading) === before.lastIndexOf(heading),
  )
  const kept = after.filter((heading) => shared.includes(heading))
  if (shared.join() !== kept.join()) problems.push(`another order: ${kept.join(', ')}`)
  return problems
}

export type Merge = (texts: ReportTexts) => Promise<MergedReport>

type Game = {
  merge: Merge
  find: (round: Round) => string[]
  /** Which version of the tool renders that round. */
  versionOf: (template: string, round: number) => Version
}

export type Played = { problems: string[]; conflicts: number; rounds: number }

/** Two rounds, or fewer when a person has something to decide. */
const play = async (seed: number, { merge, find, versionOf }: Game): Promise<Played> => {
  const chance: Chance = chanceOf(seed)
  const all = [...chance.pick([goodFix, wrongFix]), ...GROWTH]
  let known = 2 + Math.floor(chance.next() * (all.length - 6))
  const template = chance.pick(TEMPLATES)
  const render = (report: string, version: Version): Promise<string> =>
    rendered(all.slice(0, known), { report, template, version })
  let base = await render('', thisVersion(template))
  let report = base
  const played: Played = { problems: [], conflicts: 0, rounds: 0 }
  for (let round = 0; round < 2; round += 1) {
    const person = edit(report, chance, `s${seed}r${round}`)
    known = Math.min(all.length, known + 1 + Math.floor(chance.next() * 8))
    const version = versionOf(template, round)
    const theirs = await render(person.text, version)
    const merged = await merge({ base, yours: person.text, theirs })
    const found = find({ base, yours: person.text, theirs, merged, person })
    played.problems.push(...found.map((problem) => `seed ${seed} round ${round}: ${problem}`))
    played.rounds += 1
    played.conflicts += merged.conflicts.length
    if (merged.conflicts.length > 0 || found.length > 0) return played
    const again = await render(merged.text, version)
    const twice = await merge({ base: theirs, yours: merged.text, theirs: again })
    if (twice.text !== merged.text) played.problems.push(`seed ${seed}: a second render changes it`)
    ;[base, report] = [theirs, merged.text]
  }
  return played
}

/** By seed, from 1 on. */
export const playAll = async (count: number, gameOf: (seed: number) => Game): Promise<Played> => {
  const sum: Played = { problems: [], conflicts: 0, rounds: 0 }
  const all = Array.from({ length: count }, (_, n) => n + 1)
  // A few at a time: git is a process of its own.
  for (let n = 0; n < all.length; n += 4)
    for (const one of await Promise.all(
      all.slice(n, n + 4).map((seed) => play(seed, gameOf(seed))),
    )) {
      sum.problems.push(...one.problems)
      sum.conflicts += one.conflicts
      sum.rounds += one.rounds
    }
  return sum
}
