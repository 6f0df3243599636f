/**
 * What was concluded, and from what: findings in order, claims with the evidence for and against
 * each, and the causes. Nothing is a cause but what a confirmed or likely finding supports; a claim
 * that other evidence speaks against is disputed, and no cause either.
 */
import type { EventOf, IncidentEvent } from '../../incident/event.ts'
import { supports } from '../../incident/finding.ts'
import type { FrontMatter } from '../front-matter/schema.ts'
import { code, join, NONE, NOTHING, say, text, words, type Markdown } from './markdown.ts'
import { ofType, type Material } from './material.ts'

type Finding = { says: Markdown; how: Markdown; category: Markdown; cites: Markdown }

type Evidence = Finding & {
  /** For or against the claim. */
  side: Markdown
  step: Markdown
}
type Hypothesis = {
  claim: Markdown
  state: Markdown
  /** What people hold of it, and why; empty where they said nothing. */
  people_say: Markdown
  evidence: Evidence[]
}

export type Conclusions = {
  /** Every finding, the plain observations too. */
  findings: Finding[]
  causes: Finding[]
  /** The causes, each claim once and without its evidence, which stands below the hypotheses. */
  supported: Finding[]
  /** What is neither a cause nor about a claim, nor only says again what the checks show. */
  other_findings: Finding[]
  hypotheses: Hypothesis[]
  /** Claims that evidence speaks against, and none for. */
  dropped: Finding[]
}

type Held = NonNullable<FrontMatter['hypotheses']>[number]

const isSame = (one: string, other: string): boolean =>
  one.trim().toLowerCase() === other.trim().toLowerCase()

const peopleSay = (held: Held | undefined): Markdown => {
  if (held === undefined) return NOTHING
  const why = held.why === undefined ? NOTHING : say`: ${words(held.why)}`
  return say`${text(held.state)}${why}`
}

type Made = EventOf<'finding.made'>
/** The same words of the same step, from several attempts or runs, are one finding with several sources. */
type Told = { first: Made; all: Made[] }

export const conclusions = (material: Material, people: readonly Held[] = []): Conclusions => {
  const told = merged(ofType(material.events, 'finding.made'))
  const claims = [...Map.groupBy(told, ({ first }) => first.data.hypothesis)].flatMap(
    ([claim, about]) => (claim === undefined ? [] : [{ claim, about }]),
  )
  const disputed = new Set(
    claims.filter(({ about }) => stateOf(about) === 'disputed').map(({ claim }) => claim),
  )
  const row = (one: Told): Finding => findingOf(material, one)
  const isCause = ({ first: { data } }: Told): boolean =>
    supports(data.confidence) && !(data.hypothesis !== undefined && disputed.has(data.hypothesis))
  const isDropped = ({ first: { data } }: Told): boolean =>
    data.confidence === 'rejected' &&
    !(data.hypothesis !== undefined && disputed.has(data.hypothesis))
  return {
    findings: told.map((one) => claimed(one, row(one))),
    causes: told.filter(isCause).map((one) => claimed(one, row(one))),
    supported: supported(told.filter(isCause), row),
    other_findings: told
      .filter((one) => one.first.data.hypothesis === undefined && !isCause(one))
      .filter(({ first: { data } }) => data.confidence !== undefined || !data.checks?.length)
      .map(row),
    hypotheses: [
      ...claims.map(({ claim, about }) => ({
        claim: text(claim),
        state: STATES[stateOf(about)],
        people_say: peopleSay(people.find((held) => isSame(held.claim, claim))),
        evidence: about.map((one) => evidenceOf(one, row(one))),
      })),
      ...people
        .filter((held) => !claims.some(({ claim }) => isSame(held.claim, claim)))
        .map((held) => ({
          claim: words(held.claim),
          state: say`no finding on record is about it`,
          people_say: peopleSay(held),
          evidence: [],
        })),
    ],
    dropped: told.filter(isDropped).map((one) => claimed(one, row(one))),
  }
}

const supported = (causes: readonly Told[], row: (one: Told) => Finding): Finding[] =>
  [...Map.groupBy(causes, (one) => one.first.data.hypothesis ?? one).values()].flatMap((all) => {
    const rows = all.map(row)
    const [first] = rows
    const claim = all[0]?.first.data.hypothesis
    if (first === undefined) return []
    if (claim === undefined) return [first]
    // What was likely and then confirmed is confirmed.
    const how = (rows.find((one) => one.how === HOW.confirmed) ?? first).how
    const category = join([...new Set(rows.map((one) => one.category))], ', ')
    const cites = join(
      rows.map((one) => one.cites),
      '',
    )
    return [{ says: text(claim), how, category, cites }]
  })

const merged = (made: readonly Made[]): Told[] =>
  [
    ...Map.groupBy(made, ({ step, data }) =>
      JSON.stringify([step, data.says, data.confidence, data.category, data.hypothesis]),
    ).values(),
  ].flatMap((all) => (all[0] === undefined ? [] : [{ first: all[0], all }]))

type State = 'supported' | 'disputed' | 'dropped' | 'open'

const STATES = {
  supported: say`supported`,
  disputed: say`**disputed**: evidence speaks for it and against it`,
  dropped: say`dropped`,
  open: say`open: nothing confirms it`,
} as const satisfies Record<State, Markdown>

const stateOf = (about: readonly Told[]): State => {
  const isFor = about.some(({ first }) => supports(first.data.confidence))
  const isAgainst = about.some(({ first }) => first.data.confidence === 'rejected')
  if (isFor) return isAgainst ? 'disputed' : 'supported'
  return isAgainst ? 'dropped' : 'open'
}

const HOW = {
  confirmed: say`confirmed`,
  likely: say`likely`,
  possible: say`possible`,
  rejected: say`rejected`,
} as const

const findingOf = ({ citations }: Material, { first, all }: Told): Finding => {
  const { says, confidence, category, checks = [] } = first.data
  const numbers = checks
    .filter(({ name, status }) => status === 'failed' && !says.includes(name))
    .map((check) => say`${code(check.name)} saw ${text(check.seen)}, wanted ${text(check.wanted)}`)
  const list = numbers.length === 0 ? NOTHING : say` (${join(numbers, '; ')})`
  return {
    says: say`${text(says)}${list}`,
    how: confidence === undefined ? say`observed` : HOW[confidence],
    category: category === undefined || category === 'unknown' ? NOTHING : text(category),
    cites: citations.cite(...(all as unknown as IncidentEvent[])),
  }
}

/** With the claim that it is about in front. */
const claimed = ({ first }: Told, finding: Finding): Finding => {
  const { hypothesis } = first.data
  return hypothesis === undefined
    ? finding
    : { ...finding, says: say`${text(hypothesis)}: ${finding.says}` }
}

const evidenceOf = ({ first }: Told, finding: Finding): Evidence => ({
  ...finding,
  category: finding.category === NOTHING ? NONE : finding.category,
  side: first.data.confidence === 'rejected' ? say`against` : say`for`,
  step: first.step === undefined ? NONE : code(first.step),
})
