/** What differs between the state before and after, as a snapshot step found it. */
import {
  COMPARISON,
  comparison,
  HOW_WORDS,
  type Change,
  type CheckedOnce,
  type Comparison as Found,
  type Fact,
  type How,
} from '../../incident/comparison.ts'
import type { RunState } from '../../incident/state.ts'
import { clip } from '../../incident/visible.ts'
import { code, fence, join, NONE, NOTHING, say, text, type Markdown } from './markdown.ts'
import type { Material } from './material.ts'
import { lastFinish } from './steps.ts'

export type Comparison = {
  says: Markdown
  /** Every health check, also one that was well all the time. */
  health: { check: Markdown; before: Markdown; after: Markdown }[]
  counts: { group: Markdown; differs: Markdown; unchanged: Markdown }[]
  facts: { what: Markdown; fact: Markdown; before: Markdown; after: Markdown }[]
  left_out: Markdown
  /** Of records that hold it only as text. */
  lines: Markdown
}

/** The label under which a snapshot keeps its differences as text. */
const DIFF = 'diff'
const MAX_LINES = 60
const MAX_FACTS = 60
const CELL_CHARS = 200

export const comparisons = (material: Material, run: RunState): Comparison[] =>
  [...run.steps.values()].flatMap((step) => {
    const finished = lastFinish(material.eventsOfStep(run, step))
    if (finished === undefined) return []
    const read = (label: string): string | undefined => {
      const kept = finished.data.evidence?.find((one) => one.label === label)
      return kept === undefined ? undefined : material.readEvidence(kept.sha256)
    }
    const notes = join((finished.data.notes ?? []).map(text), '; ')
    const what = notes === '' ? say`looked again` : notes
    const says = (more: Markdown): Markdown =>
      say`Step ${code(step.id)}: ${what}${more} ${material.citations.cite(finished)}`
    const found = foundIn(read(COMPARISON))
    if (found !== undefined) return [{ ...NO_TABLES, says: says(NOTHING), ...tables(found) }]
    return asText(read(DIFF), says)
  })

const NO_TABLES = { health: [], counts: [], facts: [], left_out: NOTHING, lines: NOTHING }

/** Evidence is a file: anything may have become of it. */
const foundIn = (kept: string | undefined): Found | undefined => {
  if (kept === undefined) return undefined
  try {
    return comparison.safeParse(JSON.parse(kept)).data
  } catch {
    return undefined
  }
}

const asText = (diff: string | undefined, says: (more: Markdown) => Markdown): Comparison[] => {
  if (diff === undefined || diff.trim() === '') return []
  const lines = diff.trimEnd().split('\n')
  const cut =
    lines.length > MAX_LINES ? say`, first ${MAX_LINES} lines of ${lines.length}` : NOTHING
  const shown = fence(lines.slice(0, MAX_LINES).join('\n'))
  return [{ ...NO_TABLES, says: says(cut), lines: shown }]
}

const tables = ({ health, groups, changes }: Found) => {
  const facts = changes.flatMap(factRows)
  const more =
    changes.reduce((sum, one) => sum + one.more, 0) + Math.max(0, facts.length - MAX_FACTS)
  return {
    health: health.map(({ name, before, after }) => ({
      check: code(name),
      before: checked(before),
      after: checked(after),
    })),
    counts: groups.map(({ group, differ, unchanged }) => ({
      group: text(group),
      differs: differing(differ),
      unchanged: say`${unchanged}`,
    })),
    facts: facts.slice(0, MAX_FACTS),
    left_out: more === 0 ? NOTHING : say`${more} further differences are in the evidence.`,
  }
}

const differing = (differ: Partial<Record<How, number>>): Markdown => {
  const told = Object.entries(differ).map(
    ([how, count]) => say`${count} ${text(HOW_WORDS[how as How])}`,
  )
  return told.length === 0 ? NONE : join(told, ', ')
}

const factRows = ({ name, how, facts }: Change): Comparison['facts'] => {
  const what = how === 'changed' ? code(name) : say`${code(name)}: ${text(HOW_WORDS[how])}`
  if (facts.length === 0) return [{ what, fact: NONE, before: NONE, after: NONE }]
  return facts.map((fact, index) => ({
    // Said once: the rows below belong to it.
    what: index === 0 ? what : NOTHING,
    fact: text(fact.fact),
    ...sides(fact),
  }))
}

const sides = ({ before, after, by_line: byLine }: Fact) => {
  const gone = byLine === true ? say`gone: ` : NOTHING
  const came = byLine === true ? say`came: ` : NOTHING
  return { before: cell(before, gone), after: cell(after, came) }
}

const DIGEST = /^[0-9a-f]{64}$/
const DIGEST_CHARS = 12

const cell = (value: string | null, before: Markdown): Markdown => {
  if (value === null || (value === '' && before !== NOTHING)) return NONE
  if (value === '') return say`(empty)`
  if (DIGEST.test(value)) return code(`${value.slice(0, DIGEST_CHARS)}…`)
  return say`${before}${text(clip(value.replaceAll('\n', '; '), CELL_CHARS))}`
}

const checked = (one: CheckedOnce | null): Markdown => {
  if (one === null) return say`not checked`
  const took = say`${text(String(one.latency_ms))} ms`
  if (one.status === 'ok') return say`ok, ${took}`
  return say`**${text(one.status)}**, ${took}, ${text(one.category)}: ${text(one.seen)}`
}
