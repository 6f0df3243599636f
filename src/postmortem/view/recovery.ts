/** The way back: how things were before, what each step's undo does, and whether it was ever tried. */
import { durationInWords, momentInWords } from '../../incident/duration.ts'
import type { RunState, StepState } from '../../incident/state.ts'
import { purposes, type Attempted } from './attempted.ts'
import { code, fence, join, NONE, NOTHING, say, text, type Markdown } from './markdown.ts'
import { isType, type Material } from './material.ts'
import { lastFinish } from './steps.ts'
import { lastUndo, undoneWord } from './undone.ts'

/** A drill that has undone a step by its own rollback. */
export type Rehearsal = { incident: string; at: string; tookMs: number | undefined }

/** By the digest of the step and its rollback as written; undefined: nobody looked for drills. */
export type RehearsalsOf = (source: string) => readonly Rehearsal[]

type Snapshot = {
  step: Markdown
  at: Markdown
  /** What was taken down, as a block. */
  looked: Markdown
  evidence: Markdown
  noted: Markdown
  cites: Markdown
}

type WayBack = {
  step: Markdown
  /** What the undo does, as it was rendered before the step ran. */
  undo: Markdown
  outcome: Markdown
  took: Markdown
  /** What the undo showed of itself: that rows and digests are as before. */
  proof: Markdown
  rehearsed: Markdown
  cites: Markdown
}

export type Recovery = {
  snapshots: Snapshot[]
  ways_back: WayBack[]
  /** Changed something and have no undo. */
  no_way_back: { step: Markdown; did: Markdown; cites: Markdown }[]
}

export const recovery = (
  material: Material,
  run: RunState,
  rehearsalsOf: RehearsalsOf | undefined,
): Recovery => {
  const { looks, changing } = purposes(material, run)
  const changed = changing.filter(({ step }) => step.undo === undefined)
  return {
    snapshots: looks
      .filter(({ step }) => step.kind === 'snapshot')
      .flatMap((one) => snapshot(material, one)),
    ways_back: [...run.steps.values()]
      .filter(({ undo }) => undo !== undefined)
      .map((step) => wayBack(material, step, { run, rehearsalsOf })),
    no_way_back: changed.map(({ step, started }) => ({
      step: code(step.id),
      did: fence(started.data.preview),
      cites: material.citations.cite(started),
    })),
  }
}

const snapshot = ({ citations }: Material, { step, started, events }: Attempted): Snapshot[] => {
  const finished = lastFinish(events)
  if (finished === undefined) return []
  const links = (finished.data.evidence ?? []).map(
    ({ label, sha256 }) => say`[${text(label)}](evidence/${text(sha256)})`,
  )
  return [
    {
      step: code(step.id),
      at: text(momentInWords(finished.at)),
      looked: text(started.data.preview.replace(/^look at /, '')),
      evidence: links.length === 0 ? NONE : join(links, ', '),
      noted: join((finished.data.notes ?? []).map(text), '; ') || NONE,
      cites: citations.cite(finished),
    },
  ]
}

const wayBack = (
  material: Material,
  step: StepState,
  { run, rehearsalsOf }: { run: RunState; rehearsalsOf: RehearsalsOf | undefined },
): WayBack => {
  const { undo } = step
  const events = material.eventsOfStep(run, step)
  const started = events.filter((event) => isType(event, 'step.started') && event.data.undo)
  const about = events.filter(({ type }) => type.startsWith('undo.'))
  const isAsked = about.length > 0 || (undo !== undefined && undo.status !== 'pending')
  return {
    step: code(step.id),
    undo: code(undo?.preview ?? ''),
    outcome: isAsked ? undoneWord(step, events) : say`was not needed`,
    took: undo?.durationMs === undefined ? NONE : text(durationInWords(undo.durationMs)),
    proof: join((lastUndo(about)?.data.notes ?? []).map(text), '; ') || NONE,
    rehearsed: rehearsed(run, undo?.source, rehearsalsOf),
    cites: material.citations.cite(...started.slice(0, 1), ...about.slice(-1)),
  }
}

const rehearsed = (
  run: RunState,
  source: string | undefined,
  rehearsalsOf: RehearsalsOf | undefined,
): Markdown => {
  if (run.rehearsal) return say`this is a rehearsal of it`
  if (source === undefined) return say`not known: the record does not say how it was written`
  if (rehearsalsOf === undefined) return say`not known: no other records were looked at`
  // A drill that came later did not make this undo any safer.
  const before = rehearsalsOf(source).filter(({ at }) => at < run.startedAt)
  const last = before.toSorted((a, b) => (a.at < b.at ? -1 : 1)).at(-1)
  if (last === undefined) return say`**never**, in the records at hand`
  const took = last.tookMs === undefined ? NOTHING : say`, in ${text(durationInWords(last.tookMs))}`
  return say`${text(last.at.slice(0, 10))} in drill ${code(last.incident)}${took}`
}
