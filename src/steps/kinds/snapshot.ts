/** What a system looks like at one moment, so that before and after can be compared. */
import type { Value } from '../../runbook/runbook.ts'
import { endedBy } from '../ended.ts'
import type { ActionKind, Outcome, StepContext } from '../kind.ts'
import { collectAll, type Seen } from './snapshot/collect.ts'
import { differences, renderDifferences } from './snapshot/difference.ts'
import { GROUPS, params, stepOf, type SnapshotParams } from './snapshot/params.ts'

/** Under this label `like` finds what the earlier snapshot asked for and saw. */
const LABEL = 'snapshot'
const MOST_NOTES = 20

type Stored = { asked: SnapshotParams; seen: Seen[] }

export const snapshot: ActionKind<typeof params> = {
  type: 'action',
  kind: 'snapshot',
  summary: 'records what the system looks like, and compares it with an earlier snapshot',
  params,
  example: `snapshot:
  git: true
  files: [.env, backend/.env]
  versions: [node, pg_dump]
  http: ["https://login.example.test/healthz"]
  run: {ports: [ss, -ltn]}
  require: [git]`,
  effect: 'read',
  outcome: { seen: 'int', failed: 'list', changed: 'list', values: 'map' },
  expect: 'true',
  defaultOutputs: {},
  timeoutMs: 120_000,
  plan: planOf,
  run,
}

function planOf(asked: SnapshotParams): string {
  if (asked.like !== undefined)
    return `look again at what step ${stepOf(asked.like)} saw, and compare`
  const parts = GROUPS.flatMap((group) => {
    const wanted = asked[group]
    if (wanted === undefined) return []
    if (wanted === true || typeof wanted === 'string')
      return [group === 'git' ? group : `${group} ${String(wanted)}`]
    const names = Array.isArray(wanted) ? wanted : Object.keys(wanted)
    return [`${group} ${names.join(', ')}`]
  })
  return `look at ${parts.join('; ')}`
}

async function run(asked: SnapshotParams, context: StepContext): Promise<Outcome> {
  const before = asked.like === undefined ? undefined : await storedBy(asked.like, context)
  if (asked.like !== undefined && before === undefined) {
    const notes = [`nothing to compare with: step ${stepOf(asked.like)} left no snapshot`]
    return { ended: 'completed', data: dataOf([], []), evidence: [], notes }
  }
  const wanted = before?.asked ?? asked
  const seen = await collectAll(wanted, context)
  if (context.signal.aborted) return { ended: endedBy(context.signal), data: {}, evidence: [] }
  const outcome = judge(seen, { ...wanted, require: asked.require ?? wanted.require })
  const stored = { asked: wanted, seen } satisfies Stored
  outcome.evidence.push({ label: LABEL, text: `${JSON.stringify(stored, null, 2)}\n` })
  return before === undefined
    ? outcome
    : compared(outcome, { before, seen, like: stepOf(asked.like ?? '') })
}

/** Parsed again: it comes from a file. */
async function storedBy(like: string, context: StepContext): Promise<Stored | undefined> {
  const text = await context.evidenceOf(stepOf(like), LABEL)
  if (text === undefined) return undefined
  const { asked, seen } = JSON.parse(text) as Stored
  const checked = params.safeParse(asked)
  return checked.success ? { asked: checked.data as SnapshotParams, seen } : undefined
}

/** In an outage things are down: that is what a snapshot records, not why it fails. */
function judge(seen: readonly Seen[], asked: SnapshotParams): Outcome {
  const failed = seen.filter((one) => !one.ok)
  const missing = seen.filter(
    (one) => asked.require?.includes(one.group) === true && (!one.ok || isAbsent(one.value)),
  )
  const notes = failed.slice(0, MOST_NOTES).map((one) => `${one.name}: ${one.ok ? '' : one.reason}`)
  const outcome = { data: dataOf(seen, []), evidence: [], notes }
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ')
    return { ...outcome, ended: 'failed', reason: `could not be seen, and is required: ${names}` }
  }
  if (seen.length > 0 && failed.length === seen.length) {
    return { ...outcome, ended: 'failed', reason: 'nothing of it could be seen' }
  }
  return { ...outcome, ended: 'completed' }
}

const isAbsent = (value: Value): boolean =>
  value !== null && typeof value === 'object' && 'exists' in value && value['exists'] === false

function dataOf(seen: readonly Seen[], changed: readonly string[]): Outcome['data'] {
  const values = seen.flatMap((one): [string, Value][] => (one.ok ? [[one.name, one.value]] : []))
  return {
    seen: values.length,
    failed: seen.filter((one) => !one.ok).map(({ name }) => name),
    changed: [...changed],
    values: Object.fromEntries(values),
  }
}

type Comparing = { before: Stored; seen: readonly Seen[]; like: string }

function compared(outcome: Outcome, { before, seen, like }: Comparing): Outcome {
  const found = differences(before.seen, seen)
  const changed = found.map(({ name }) => name)
  const summary =
    found.length === 0
      ? `the same as in step ${like}`
      : `differs from step ${like} in: ${changed.slice(0, MOST_NOTES).join(', ')}`
  return {
    ...outcome,
    data: dataOf(seen, changed),
    evidence: [...outcome.evidence, { label: 'diff', text: renderDifferences(found) }],
    notes: [...(outcome.notes ?? []), summary],
  }
}
