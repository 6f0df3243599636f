/** What differs between the state before and after, as a snapshot step found it. */
import type { RunState } from '../../incident/state.ts'
import { code, fence, join, say, text, type Markdown } from './markdown.ts'
import type { Material } from './material.ts'
import { lastFinish } from './steps.ts'

export type Comparison = { says: Markdown; lines: Markdown }

/** The label under which a snapshot keeps its differences. */
const DIFF = 'diff'
const MAX_LINES = 60

export const comparisons = (material: Material, run: RunState): Comparison[] =>
  [...run.steps.values()].flatMap((step) => {
    const finished = lastFinish(material.eventsOfStep(run, step))
    const kept = finished?.data.evidence?.find(({ label }) => label === DIFF)
    const diff = kept === undefined ? undefined : material.readEvidence(kept.sha256)
    if (finished === undefined || diff === undefined || diff.trim() === '') return []
    const lines = diff.trimEnd().split('\n')
    const cut =
      lines.length > MAX_LINES ? say`, first ${MAX_LINES} lines of ${lines.length}` : say``
    const notes = join((finished.data.notes ?? []).map(text), '; ')
    const what = notes === '' ? say`looked again` : notes
    return [
      {
        says: say`Step ${code(step.id)}: ${what}${cut} ${material.citations.cite(finished)}`,
        lines: fence(lines.slice(0, MAX_LINES).join('\n')),
      },
    ]
  })
