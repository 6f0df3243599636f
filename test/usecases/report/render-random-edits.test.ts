import { describe, expect, test } from 'vitest'
import { foldEvents } from '../../../src/incident/fold.ts'
import { findTemplate } from '../../../src/postmortem/find-template.ts'
import { parseFrontMatter } from '../../../src/postmortem/front-matter/parse-front-matter.ts'
import {
  mergeReport,
  type MergedReport,
  type ReportTexts,
} from '../../../src/postmortem/merge/merge-report.ts'
import { renderTemplate } from '../../../src/postmortem/render.ts'
import { buildView } from '../../../src/postmortem/view.ts'
import { makeEvents, type TestDraft } from '../../events.ts'
import { goodFix, readEvidence, wrongFix } from '../../postmortem/outage.ts'
import { byGit } from '../../postmortem/merge/git-merge.ts'
import {
  chanceOf,
  edit,
  partsOf,
  type Chance,
  type Edited,
} from '../../postmortem/merge/scripted-person.ts'

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

/** The record as it was after so many events; commits are known of the older ones. */
const rendered = async (
  drafts: readonly TestDraft[],
  { report, template }: { report: string; template: string },
): Promise<string> => {
  const events = makeEvents(drafts)
  const view = buildView({
    events,
    state: foldEvents(ID, events),
    people: parseFrontMatter(report, 'postmortem.md').head,
    commitOf: ({ clock }) => (clock < events.length - 2 ? 'ab'.repeat(20) : undefined),
    readEvidence,
    tool: 'hotwash 0.1.0',
    template,
  })
  const templates = findTemplate({ root: '.', packageRoot: '.' }, template)
  return (await renderTemplate(templates, view)).text
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

const problemsOf = ({ base, yours, theirs, merged, person }: Round): string[] => {
  const problems: string[] = []
  const linesOf = (text: string): string[] => text.split('\n')
  const [was, mine, other, now] = [base, yours, theirs, merged.text].map(
    (text) => new Set(linesOf(text).map(said)),
  ) as [Set<string>, Set<string>, Set<string>, Set<string>]
  for (const word of person.words)
    if (!merged.text.includes(word)) problems.push(`lost word ${word}`)
  for (const line of linesOf(yours))
    if (!was.has(said(line)) && !isSaid(line, now, [merged.text, base]) && !bookkeeping.test(line))
      problems.push(`lost line ${line}`)
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

type Merge = (texts: ReportTexts) => Promise<MergedReport>

type Played = { problems: string[]; conflicts: number; rounds: number }

const play = async (seed: number, merge: Merge): Promise<Played> => {
  const chance: Chance = chanceOf(seed)
  const all = [...chance.pick([goodFix, wrongFix]), ...GROWTH]
  let known = 2 + Math.floor(chance.next() * (all.length - 6))
  const template = chance.pick(TEMPLATES)
  let base = await rendered(all.slice(0, known), { report: '', template })
  let report = base
  const played: Played = { problems: [], conflicts: 0, rounds: 0 }
  for (let round = 0; round < 2; round += 1) {
    const person = edit(report, chance, `s${seed}r${round}`)
    known = Math.min(all.length, known + 1 + Math.floor(chance.next() * 8))
    const theirs = await rendered(all.slice(0, known), { report: person.text, template })
    const merged = await merge({ base, yours: person.text, theirs })
    const found = problemsOf({ base, yours: person.text, theirs, merged, person })
    played.problems.push(...found.map((problem) => `seed ${seed} round ${round}: ${problem}`))
    played.rounds += 1
    played.conflicts += merged.conflicts.length
    if (merged.conflicts.length > 0 || found.length > 0) return played
    const again = await rendered(all.slice(0, known), { report: merged.text, template })
    const twice = await merge({ base: theirs, yours: merged.text, theirs: again })
    if (twice.text !== merged.text) played.problems.push(`seed ${seed}: a second render changes it`)
    ;[base, report] = [theirs, merged.text]
  }
  return played
}

const seeds = (count: number): number[] => Array.from({ length: count }, (_, n) => n + 1)

const playAll = async (count: number, merge: Merge): Promise<Played> => {
  const sum: Played = { problems: [], conflicts: 0, rounds: 0 }
  const all = seeds(count)
  // A few at a time: git is a process of its own.
  for (let n = 0; n < all.length; n += 4)
    for (const one of await Promise.all(all.slice(n, n + 4).map((seed) => play(seed, merge)))) {
      sum.problems.push(...one.problems)
      sum.conflicts += one.conflicts
      sum.rounds += one.rounds
    }
  return sum
}

const whole = (text: string): MergedReport => ({ text, conflicts: [], leftOut: [] })
const right: Merge = (texts) => mergeReport(texts, byGit)

/** Faults that a merge may have, and what the play must say of each. */
const FAULTS: Record<string, { merge: Merge; says: RegExp }> = {
  'takes what the record says': {
    merge: async ({ theirs }) => whole(theirs),
    says: /lost word/,
  },
  'takes what people wrote': { merge: async ({ yours }) => whole(yours), says: /lost fact/ },
  'drops one line of a person': {
    async merge(texts) {
      const merged = await right(texts)
      const own = merged.text.split('\n').find((line) => /s\d+r\d+w/.test(line)) ?? ''
      return { ...merged, text: merged.text.replace(`${own}\n`, '') }
    },
    says: /lost (word|line)/,
  },
  'brings back what was deleted': {
    async merge(texts) {
      const merged = await right(texts)
      const lines = (text: string): string[] => text.split('\n')
      const gone = lines(texts.base).filter((line) => !lines(texts.yours).includes(line))
      return { ...merged, text: `${merged.text}\n${gone.join('\n')}\n` }
    },
    says: /came back/,
  },
  'merges lines without looking at what they are': {
    async merge({ base, yours, theirs }) {
      const text = await byGit({ base, yours, theirs })
      const conflicts = [...text.matchAll(/^<{7}/gm)].map(() => 1)
      const named = text
        .replace(/^<{7}.*$/gm, '<<<<<<< yours')
        .replace(/^\|{7}.*$/gm, '||||||| the last render')
        .replace(/^>{7}.*$/gm, '>>>>>>> the record')
      return { text: named, conflicts, leftOut: [] }
    },
    says: /no conflict, only one side changed it/,
  },
}

describe('persons edit every section by chance, and the record grows', () => {
  test('200 times no word and no fact is lost, and only what both changed is a conflict', async () => {
    const { problems, conflicts, rounds } = await playAll(200, right)
    expect(problems.slice(0, 20)).toEqual([])
    // The play is hard enough to have some, and the merge good enough to have few.
    expect(rounds).toBeGreaterThan(300)
    expect(conflicts).toBeGreaterThan(0)
    expect(conflicts / rounds).toBeLessThan(0.5)
  }, 600_000)

  test.for(Object.keys(FAULTS))('a merge that %s is found out', async (name) => {
    const { merge, says } = FAULTS[name] as (typeof FAULTS)[string]
    const { problems } = await playAll(8, merge)
    expect(problems.join('\n')).toMatch(says)
  })
})
