/**
 * What was concluded, and from what: findings in order, claims with the evidence for and against
 * each, and the causes. Nothing is a cause but what a confirmed or likely finding supports; a claim
 * that other evidence speaks against is disputed, and no cause either.
 */
import type { EventOf, IncidentEvent } from '../../incident/event.ts'
import { supports } from '../../incident/finding.ts'
import type { FrontMatter } from '../front-matter/schema.ts'
import { purposes } from './attempted.ts'
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
  /** Those of them that are likely or confirmed. */
  also_found: Finding[]
  hypotheses: Hypothesis[]
  /** Claims that evidence speaks against, and none for; each once, with all that speaks against it. */
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
  // What is confirmed without a claim says why where no claim does, and only before anything was
  // changed: later it tells what a fix did.
  const isExplained = told.some(
    ({ first: { data } }) =>
      supports(data.confidence) && data.hypothesis !== undefined && !disputed.has(data.hypothesis),
  )
  const isLate = madeAfterChange(material)
  const isCause = ({ first }: Told): boolean => {
    const { confidence, hypothesis } = first.data
    if (!supports(confidence)) return false
    return hypothesis === undefined ? !isExplained && !isLate(first) : !disputed.has(hypothesis)
  }
  const isDropped = ({ first: { data } }: Told): boolean =>
    data.confidence === 'rejected' &&
    !(data.hypothesis !== undefined && disputed.has(data.hypothesis))
  const others = told.filter((one) => one.first.data.hypothesis === undefined && !isCause(one))
  return {
    findings: told.map((one) => claimed(one, row(one))),
    causes: told.filter(isCause).map((one) => claimed(one, row(one))),
    supported: supported(told.filter(isCause), row),
    other_findings: others
      .filter(({ first: { data } }) => data.confidence !== undefined || !data.checks?.length)
      .map(row),
    also_found: others.filter(({ first: { data } }) => supports(data.confidence)).map(row),
    hypotheses: [
      ...claims.toSorted(byWeight).map(({ claim, about }) => ({
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
    dropped: dropped(told.filter(isDropped), row),
  }
}

/** Findings of steps that ran once their run had changed something. */
const madeAfterChange = (material: Material): ((made: Made) => boolean) => {
  const changed = new Map(
    material.state.runs.map((run) => [
      run.id,
      purposes(material, run).fixes[0]?.started.clock ?? Infinity,
    ]),
  )
  return (made) =>
    (made as unknown as IncidentEvent).clock > (changed.get(made.run ?? '') ?? Infinity)
}

const dropped = (against: readonly Told[], row: (one: Told) => Finding): Finding[] =>
  [...Map.groupBy(against, (one) => one.first.data.hypothesis ?? one).values()].flatMap((all) => {
    const rows = all.map(row)
    const claim = all[0]?.first.data.hypothesis
    const [first] = rows
    if (first === undefined) return []
    const reasons = join(
      rows.map(({ says }) => says),
      '; ',
    )
    const says = claim === undefined ? reasons : say`**${text(claim)}**: ${reasons}`
    const cites = join(
      rows.map((one) => one.cites),
      '',
    )
    return [{ ...first, says, cites }]
  })

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

type State = 'confirmed' | 'likely' | 'disputed' | 'open' | 'dropped'

/** In the order of interest: what it was, what may be, what it was not. */
const STATES = {
  confirmed: say`confirmed`,
  likely: say`likely`,
  disputed: say`**disputed**: evidence speaks for it and against it`,
  open: say`open: nothing confirms it`,
  dropped: say`dropped`,
} as const satisfies Record<State, Markdown>

type Claim = { claim: string; about: readonly Told[] }

const weightOf = ({ about }: Claim): number => Object.keys(STATES).indexOf(stateOf(about))
const byWeight = (one: Claim, other: Claim): number => weightOf(one) - weightOf(other)

const stateOf = (about: readonly Told[]): State => {
  const isFor = about.some(({ first }) => supports(first.data.confidence))
  const isAgainst = about.some(({ first }) => first.data.confidence === 'rejected')
  const isConfirmed = about.some(({ first }) => first.data.confidence === 'confirmed')
  if (isFor) return isAgainst ? 'disputed' : isConfirmed ? 'confirmed' : 'likely'
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
    : { ...finding, says: say`**${text(hypothesis)}**: ${finding.says}` }
}

const evidenceOf = ({ first }: Told, finding: Finding): Evidence => ({
  ...finding,
  category: finding.category === NOTHING ? NONE : finding.category,
  side: first.data.confidence === 'rejected' ? say`against` : say`for`,
  step: first.step === undefined ? NONE : code(first.step),
})
