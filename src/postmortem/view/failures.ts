/** Why steps failed, with the numbers and the end of what they printed. */
import type { Evidence } from '../../incident/event.ts'
import type { RunState, StepState } from '../../incident/state.ts'
import { code, fence, join, say, NOTHING, text, type Markdown } from './markdown.ts'
import type { Material } from './material.ts'
import { lastFinish } from './steps.ts'

export type Failure = {
  says: Markdown
  step: Markdown
  cites: Markdown
  excerpts: { label: Markdown; lines: Markdown }[]
}

const EXCERPT_LINES = 12
const EXCERPT_CHARACTERS = 2_000

export const failures = (material: Material, run: RunState): Failure[] =>
  [...run.steps.values()].flatMap((step) => {
    const finished = lastFinish(material.eventsOfStep(run, step))
    if (finished === undefined || finished.data.status === 'succeeded') return []
    return [
      {
        says: failureSays(material, step.id, finished),
        step: code(step.id),
        cites: material.citations.cite(finished),
        // The checks are told with their numbers already.
        excerpts: excerpts(
          material,
          (finished.data.evidence ?? []).filter(({ label }) => label !== 'checks'),
        ),
      },
    ]
  })

/** "Step `validate` failed: 1 of 16 logins … `concurrent_logins` saw 1 of 16, wanted 16 of 16." */
export const failureSays = (
  { citations }: Material,
  step: StepState['id'],
  finished: NonNullable<ReturnType<typeof lastFinish>>,
): Markdown => {
  const { data } = finished
  const word = data.status === 'failed' ? say`failed` : say`ended unknown`
  const exit =
    data.signal ?? (data.exit_code === undefined ? undefined : `exit code ${data.exit_code}`)
  const how = exit === undefined ? NOTHING : say` (${text(exit)})`
  const why =
    data.reason === undefined ? NOTHING : say`: ${text(data.reason.replace(/[.\s]+$/, ''))}`
  const numbers = failedNumbers(finished)
  const list = numbers === NOTHING ? NOTHING : say` ${numbers}.`
  return say`Step ${code(step)} ${word}${how}${why}.${list} ${citations.cite(finished)}`
}

/**
 * "`concurrent_logins` saw 1 of 16, wanted 16 of 16; …", or nothing. What the reason tells of a
 * check is what was seen: then only what was wanted is added.
 */
export const failedNumbers = (finished: NonNullable<ReturnType<typeof lastFinish>>): Markdown => {
  const { checks = [], reason } = finished.data
  const numbers = checks
    .filter(({ status }) => status === 'failed')
    .map(({ name, seen, wanted }) => {
      const saw = reason?.includes(name) === true ? NOTHING : say` saw ${text(seen)},`
      return say`${code(name)}${saw} wanted ${text(wanted)}`
    })
  return join(numbers, '; ')
}

const excerpts = (material: Material, evidence: readonly Evidence[]): Failure['excerpts'] =>
  evidence.flatMap(({ label, sha256 }) => {
    const content = material.readEvidence(sha256)
    if (content === undefined || content.trim() === '') return []
    const lines = content.trimEnd().split('\n')
    const last = lines.slice(-EXCERPT_LINES).join('\n').slice(-EXCERPT_CHARACTERS)
    const cut = lines.length > EXCERPT_LINES ? say`, last ${EXCERPT_LINES} lines` : NOTHING
    return [{ label: say`${text(label)}${cut}`, lines: fence(last) }]
  })
