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

export type Diagnosis = { symptoms: Symptom[]; looks: Look[]; fixes: Fix[]; proofs: Look[] }

export const diagnosis = (material: Material, run: RunState): Diagnosis => {
  const { looks, fixes, proofs } = purposes(material, run)
  return {
    symptoms: looks.flatMap((one) => symptomsOf(material, one)),
    looks: looks.map((one) => lookOf(material, one)),
    fixes: fixes.map((one) => fixOf(material, one)),
    proofs: proofs.map((one) => lookOf(material, one)),
  }
}

const failed = ({ status }: Check): boolean => status === 'failed'

const symptomsOf = ({ citations }: Material, { step, events }: Attempted): Symptom[] => {
  const finished = lastFinish(events)
  if (finished === undefined) return []
  return (finished.data.checks ?? []).filter(failed).map(({ name, seen, wanted }) => ({
    check: code(name),
    wanted: wanted === '' ? NONE : text(wanted),
    seen: seen === '' ? NONE : text(seen),
    step: code(step.id),
    cites: citations.cite(finished),
  }))
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
  const claim = hypothesis === undefined ? NOTHING : say`${text(hypothesis)}: `
  const cites = citations.cite(made)
  const what = confidence === 'rejected' ? say`Ruled out` : say`Finding, ${text(confidence)}`
  return say`${what}: ${claim}${text(says)} ${cites}`
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
