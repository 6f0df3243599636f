/** What to watch next time: each limit with what was seen, who was asked, and what follows a breach. */
import { durationInWords } from '../../incident/duration.ts'
import type { Check, IncidentEvent } from '../../incident/event.ts'
import type { RunState } from '../../incident/state.ts'
import { code, join, NONE, NOTHING, say, text, type Markdown } from './markdown.ts'
import { isType, type Material } from './material.ts'
import { lastFinish } from './steps.ts'
import { writtenSteps, type WrittenStep } from './written.ts'

type WatchRow = {
  watch: Markdown
  limit: Markdown
  /** In this incident, oldest first: where it was broken and where it held. */
  seen: Markdown
  cites: Markdown
}

type PlanRow = {
  n: Markdown
  step: Markdown
  does: Markdown
  good_when: Markdown
  at_most: Markdown
  otherwise: Markdown
  undo: Markdown
  cites: Markdown
}

export type Playbook = { watch: WatchRow[]; plan: PlanRow[] }

export const playbook = (
  material: Material,
  run: RunState,
  readRunbook: ((sha256: string) => string | undefined) | undefined,
): Playbook => {
  const written = writtenSteps(readRunbook?.(run.runbook.sha256), run)
  const begun = material.eventsOfRun(run).slice(0, 1)
  return {
    watch: [...checkRows(material, run), ...expectRows(material, run, written)],
    plan: [...run.steps.values()].map((step, index) => {
      const events = material.eventsOfStep(run, step)
      const started = events.find((event) => isType(event, 'step.started'))
      const asWritten = written.get(step.id)
      const limitMs = started?.data.timeout_ms
      const undo = step.undo?.preview
      return {
        n: say`${index + 1}`,
        step: code(step.id),
        does: text(step.name === step.id ? step.kind : step.name),
        good_when:
          join(
            [asWritten?.expect, asWritten?.verify].flatMap((one) =>
              one === undefined ? [] : [code(one)],
            ),
            ', then ',
          ) || goodWhen(events),
        at_most: atMost(limitMs ?? undefined, asWritten?.timeout),
        otherwise: OTHERWISE[asWritten?.on_failure ?? 'ask'] ?? text(asWritten?.on_failure ?? ''),
        undo: undo === undefined ? NONE : code(undo),
        // A step that was never begun is known from the list of the run.
        cites: material.citations.cite(
          ...events.slice(0, 1),
          ...(events.length === 0 ? begun : []),
        ),
      }
    }),
  }
}

const UNITS: Readonly<Record<string, string>> = { s: 's', m: 'min', h: 'h', d: 'd' }

/** As it was counted, or as it is written: `2 min`, without parts that are zero. */
const atMost = (limitMs: number | undefined, written = ''): Markdown => {
  if (limitMs !== undefined) return text(durationInWords(limitMs).replace(/ 0+ (?:s|min|h)$/, ''))
  const [, count, unit = ''] = /^(\d+) ?([smhd])$/.exec(written) ?? []
  return text(count === undefined ? written : `${count} ${UNITS[unit]}`) || NONE
}

/** Without an `expect` of its own, what the kind counts as success. */
const goodWhen = (events: readonly IncidentEvent[]): Markdown => {
  // A diagnosis only looks: whatever it sees is an answer.
  if (events.some((event) => isType(event, 'step.started') && event.data.observe === true))
    return say`whatever it shows`
  const checks = lastFinish(events)?.data.checks ?? []
  return checks.length > 0 ? say`its checks hold` : say`it succeeds`
}

const OTHERWISE: Readonly<Record<string, Markdown>> = {
  ask: say`the operator decides`,
  stop: say`the run ends`,
  continue: say`the run goes on`,
  rollback: say`everything is undone`,
}

type Seen = { check: Check; step: string; clock: number }

/** One row per check, whichever steps carried it out. */
const checkRows = (material: Material, run: RunState): WatchRow[] => {
  const seen = [...run.steps.values()].flatMap((step): Seen[] => {
    const finished = lastFinish(material.eventsOfStep(run, step))
    return (finished?.data.checks ?? [])
      .filter(({ status }) => status !== 'not_checked')
      .map((check) => ({ check, step: step.id, clock: finished?.clock ?? 0 }))
  })
  const inOrder = seen.sort((a, b) => a.clock - b.clock)
  return [...Map.groupBy(inOrder, ({ check }) => check.name)].map(([name, all]) => ({
    watch: code(name),
    limit:
      join(
        [...new Set(all.map(({ check }) => check.wanted))].filter((one) => one !== '').map(text),
        ' / ',
      ) || NONE,
    seen: join(seenAlike(all), '; '),
    cites: material.citations.cite(
      ...all.flatMap(({ step }) => {
        const one = run.steps.get(step)
        const finished = one && lastFinish(material.eventsOfStep(run, one))
        return finished === undefined ? [] : [finished]
      }),
    ),
  }))
}

/** Steps that saw the same are named together, where the first of them stands. */
const seenAlike = (all: readonly Seen[]): Markdown[] =>
  [...Map.groupBy(all, ({ check }) => JSON.stringify([check.status, check.seen])).values()].flatMap(
    (alike) => {
      const [first] = alike
      if (first === undefined) return []
      const held = first.check.status === 'passed' ? say`held` : say`**broken**`
      const was = first.check.seen
      const told = was === '' ? NOTHING : say`: ${text(was)}`
      const steps = join(
        alike.map(({ step }) => code(step)),
        ', ',
      )
      return [say`${held} in ${steps}${told}`]
    },
  )

const expectRows = (
  material: Material,
  run: RunState,
  written: ReadonlyMap<string, WrittenStep>,
): WatchRow[] =>
  [...run.steps.values()].flatMap((step) => {
    const expect = written.get(step.id)?.expect
    const finished = lastFinish(material.eventsOfStep(run, step))
    // What only looks back at other steps is a crossroads of the run, and nothing to be watched.
    if (expect === undefined || finished === undefined || /^\W*steps\./.test(expect)) return []
    const { status, reason, outputs } = finished.data
    const values = Object.entries(outputs)
      .filter(([, value]) => typeof value === 'number' || typeof value === 'string')
      .slice(0, 4)
      .map(([name, value]) => say`${code(name)} ${text(String(value))}`)
    const held = status === 'succeeded' ? say`held` : say`**broken**`
    const told = reason === undefined ? values : [text(reason)]
    const seen = told.length === 0 ? held : say`${held}: ${join(told, ', ')}`
    return [
      { watch: code(step.id), limit: code(expect), seen, cites: material.citations.cite(finished) },
    ]
  })
