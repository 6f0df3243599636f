/** What was kept: backups with size and digest, and the evidence of every step. */
import { bytesInWords } from '../../incident/size.ts'
import { shellQuoted } from '../../incident/shell-quoted.ts'
import type { Evidence, IncidentEvent } from '../../incident/event.ts'
import type { RunState, StepState } from '../../incident/state.ts'
import { code, join, say, NONE, NOTHING, text, type Markdown } from './markdown.ts'
import type { Material } from './material.ts'
import { lastFinish } from './steps.ts'

export type BackupRow = {
  step: Markdown
  file: Markdown
  size: Markdown
  digest: Markdown
  noted: Markdown
  cites: Markdown
}

export const backups = (material: Material): BackupRow[] =>
  material.state.runs.flatMap((run) =>
    [...run.steps.values()]
      .filter((step) => step.kind === 'backup')
      .flatMap((step) => backup(material, run, step)),
  )

const backup = (material: Material, run: RunState, step: StepState): BackupRow[] => {
  const finished = lastFinish(material.eventsOfStep(run, step))
  if (finished?.data.status !== 'succeeded') return []
  const { file, bytes, sha256 } = finished.data.outputs ?? {}
  // The step notes what it read back, after the name of the file and its size.
  const notes = (finished.data.notes ?? []).map((note) =>
    text(note.replace(`backup ${String(file)}: `, '').replace(`${String(bytes)} bytes, `, '')),
  )
  return [
    {
      step: code(step.id),
      file: typeof file === 'string' ? code(file) : NONE,
      size: typeof bytes === 'number' ? text(bytesInWords(bytes)) : NONE,
      digest: typeof sha256 === 'string' ? code(`sha256:${sha256}`) : NONE,
      noted: notes.length === 0 ? NONE : join(notes, '; '),
      cites: material.citations.cite(finished),
    },
  ]
}

export type EvidenceRow = {
  link: Markdown
  what: Markdown
  size: Markdown
  cites: Markdown
}

/** One row per content: what several steps saw alike is kept once, and cited from each. */
export const evidenceRows = ({ events, citations }: Material): EvidenceRow[] => {
  const found = events.flatMap((event) =>
    evidenceOf(event).map((evidence) => ({ evidence, event })),
  )
  const byDigest = Map.groupBy(found, ({ evidence }) => evidence.sha256)
  return [...byDigest].map(([sha256, uses]) => ({
    link: say`[${code(sha256.slice(0, 12))}](evidence/${text(sha256)})`,
    what: join([...new Set(uses.map(({ evidence, event }) => what(evidence, event)))], ', '),
    size: size(uses[0]?.evidence),
    cites: citations.cite(...uses.map(({ event }) => event)),
  }))
}

const evidenceOf = (event: IncidentEvent): readonly Evidence[] =>
  event.type === 'step.finished' ||
  event.type === 'undo.finished' ||
  event.type === 'command.recorded'
    ? (event.data.evidence ?? [])
    : []

const what = (evidence: Evidence, event: IncidentEvent): Markdown => {
  if (event.type === 'command.recorded')
    return say`${text(evidence.label)} of ${code(shellQuoted(event.data.argv))}`
  const about = event.type === 'undo.finished' ? say`undo of ` : NOTHING
  return say`${text(evidence.label)} of ${about}${code(event.step ?? '?')}`
}

const size = (evidence: Evidence | undefined): Markdown => {
  if (evidence === undefined) return NONE
  const left = evidence.left_out_bytes
  const cut = left === undefined ? NOTHING : say`, ${text(bytesInWords(left))} left out`
  return say`${text(bytesInWords(evidence.bytes))}${cut}`
}
