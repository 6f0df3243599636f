/** Symptom, check, finding, fix: what was looked at, what it showed, what was done, what proved it. */
import type { Check, EventOf } from '../../incident/event.ts'
import type { RunState } from '../../incident/state.ts'
import { ownName } from '../../incident/step-title.ts'
import { purposes, type Attempted } from './attempted.ts'
import { code, fence, join, NONE, NOTHING, say, text, type Markdown } from './markdown.ts'
import { ofType, type Material } from './material.ts'
import { lastFinish, outcomeOf } from './steps.ts'

type Symptom = {
  check: Markdown
  wanted: Markdown
  seen: Markdown
  step: Markdown
  cites: Markdown
}

type Look = {
  step: Markdown
  /** Empty where the step has no name of its own. */
  name: Markdown
  /** Exactly what was asked, as a block. */
  how: Markdown
  saw: Markdown
  /** The same without the numbers, where the symptoms have them. */
  saw_in_short: Markdown
  /** What was concluded from it. */
  findings: Markdown[]
  cites: Markdown
}

type Fix = {
  step: Markdown
  name: Markdown
  /** Exactly what was done, as a block. */
  did: Markdown
  outcome: Markdown
  why: Markdown
  cites: Markdown
}

export type Diagnosis = {
  symptoms: Symptom[]
  looks: Look[]
  fixes: Fix[]
  proofs: Look[]
  /** What came of it, in short. */
  results: Markdown[]
}

export const diagnosis = (material: Material, run: RunState): Diagnosis => {
  const { looks, fixes, proofs } = purposes(material, run)
  const shown = proofs.map((one) => lookOf(material, one))
  return {
    symptoms: symptoms(material, looks),
    // That things were taken down says nothing of what they were.
    looks: looks.filter(({ step }) => step.kind !== 'snapshot').map((one) => lookOf(material, one)),
    fixes: fixes.map((one) => fixOf(material, one)),
    proofs: shown,
    results: results(material, proofs, shown),
  }
}

/** What was concluded once something was changed; where nothing was, what the last look showed. */
const results = (
  { citations }: Material,
  proofs: readonly Attempted[],
  shown: readonly Look[],
): Markdown[] => {
  const made = proofs.flatMap(({ events }) => ofType(events, 'finding.made').filter(concludes))
  if (made.length > 0) return made.map((one) => say`${text(one.data.says)} ${citations.cite(one)}`)
  const last = shown.at(-1)
  return last === undefined
    ? []
    : [say`${last.name === NOTHING ? last.step : last.name}: ${last.saw} ${last.cites}`]
}

const failed = ({ status }: Check): boolean => status === 'failed'

/** What several steps saw alike is one symptom. */
const symptoms = ({ citations }: Material, looks: readonly Attempted[]): Symptom[] => {
  const seen = looks.flatMap(({ step, events }) => {
    const finished = lastFinish(events)
    if (finished === undefined) return []
    return (finished.data.checks ?? []).filter(failed).map((check) => ({ check, step, finished }))
  })
  const alike = Map.groupBy(seen, ({ check }) =>
    JSON.stringify([check.name, check.wanted, check.seen]),
  )
  return [...alike.values()].flatMap((all) => {
    const [first] = all
    if (first === undefined) return []
    const { name, wanted, seen: was } = first.check
    return [
      {
        check: code(name),
        wanted: wanted === '' ? NONE : text(wanted),
        seen: was === '' ? NONE : text(was),
        step: join([...new Set(all.map(({ step }) => code(step.id)))], ', '),
        cites: citations.cite(...all.map(({ finished }) => finished)),
      },
    ]
  })
}

const lookOf = (material: Material, one: Attempted): Look => {
  const { step, started, events } = one
  const finished = lastFinish(events)
  const made = ofType(events, 'finding.made')
  return {
    step: code(step.id),
    name: text(ownName(step) ?? ''),
    how: started.data.preview.trim() === '' ? NOTHING : fence(started.data.preview),
    saw: sawOf(one),
    saw_in_short: inShort(one),
    findings: made.filter(concludes).map((event) => conclusionOf(material, event)),
    cites: material.citations.cite(...(finished === undefined ? [started] : [finished])),
  }
}

/** A plain observation only says again what the checks show. */
const concludes = ({ data }: EventOf<'finding.made'>): boolean => data.confidence !== undefined

const conclusionOf = ({ citations }: Material, made: EventOf<'finding.made'>): Markdown => {
  const { says, confidence = 'possible', hypothesis } = made.data
  const cites = citations.cite(made)
  const isAgainst = confidence === 'rejected'
  const what = isAgainst ? say`Ruled out` : say`Finding, ${text(confidence)}`
  const on = isAgainst ? NOTHING : say`, on`
  const claim = hypothesis === undefined ? NOTHING : say`${on} **${text(hypothesis)}**`
  return say`${what}${claim}: ${text(says)} ${cites}`
}

const MAX_OUTPUTS = 6

/** The failed checks with their numbers; where all passed, how many; without checks, the outputs. */
const sawOf = ({ step, events }: Attempted): Markdown => {
  const finished = lastFinish(events)
  const word = outcomeOf(step, events)
  if (finished === undefined) return word
  const { checks = [], reason, notes = [], outputs } = finished.data
  const ran = checks.filter(({ status }) => status !== 'not_checked')
  const wrong = ran.filter(failed)
  const told =
    wrong.length > 0
      ? wrong.map(({ name, seen }) => say`${code(name)}: ${text(seen)}`)
      : ran.length > 0
        ? [say`${ran.length} of ${ran.length} checks passed`]
        : Object.entries(outputs ?? {})
            .filter(([, value]) => typeof value === 'number' || typeof value === 'string')
            .slice(0, MAX_OUTPUTS)
            .map(([name, value]) => say`${code(name)} ${text(String(value))}`)
  const why = wrong.length === 0 && reason !== undefined ? [text(reason)] : []
  const list = join([...told, ...why, ...notes.filter((note) => note !== reason).map(text)], '; ')
  return list === NOTHING ? word : say`${word}: ${list}`
}

const inShort = (one: Attempted): Markdown => {
  const checks = lastFinish(one.events)?.data.checks ?? []
  const ran = checks.filter(({ status }) => status !== 'not_checked').length
  const wrong = checks.filter(failed).length
  const word = outcomeOf(one.step, one.events)
  return wrong === 0 ? sawOf(one) : say`${word}: ${wrong} of ${ran} checks failed`
}

const fixOf = (material: Material, { step, started, events }: Attempted): Fix => {
  const finished = lastFinish(events)
  const { reason } = finished?.data ?? {}
  return {
    step: code(step.id),
    name: text(ownName(step) ?? ''),
    did: started.data.preview.trim() === '' ? NOTHING : fence(started.data.preview),
    outcome: outcomeOf(step, events),
    why: reason === undefined ? NOTHING : text(reason),
    cites: material.citations.cite(...(finished === undefined ? [started] : [started, finished])),
  }
}
