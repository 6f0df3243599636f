/** What a system looks like at one moment, so that before and after can be compared. */
import { shellQuoted } from '../../incident/shell-quoted.ts'
import { COMPARISON, countsInWords, type Comparison } from '../../incident/comparison.ts'
import { clip } from '../../incident/visible.ts'
import type { Value } from '../../incident/value.ts'
import { endedBy } from '../ended.ts'
import type { ActionKind, Outcome, PlanLook, StepContext } from '../kind.ts'
import type { Seen } from './snapshot/collector.ts'
import { collectAll } from './snapshot/collect.ts'
import { compare } from './snapshot/compare.ts'
import { GROUPS, params, stepOf, type SnapshotParams } from './snapshot/params.ts'
import { renderComparison } from './snapshot/render.ts'

/** Under this label `like` finds what the earlier snapshot saw. */
const LABEL = 'snapshot'
const MOST_NOTES = 20
const MOST_NAMES = 200
const NAME_CHARS = 100
/** Of a comparison, on the screen; all of it is in the evidence. */
const MOST_LINES = 60

type Stored = { seen: Seen[] }

export const snapshot: ActionKind<typeof params> = {
  type: 'action',
  kind: 'snapshot',
  summary: 'records what the system looks like, and compares it with an earlier snapshot',
  params,
  example: `snapshot:
  health: {url: "https://login.example.test/healthz"}
  git: true
  files: [.env, {path: config/app.toml, content: true}]
  versions: [node, pg_dump]
  packages: [package-lock.json, {path: requirements.txt, names: [bcrypt]}]
  ports: [8000]
  processes: [uvicorn]
  database: app
  tables: {users: {rows: true, digest: [id, email]}}
  require: [git]`,
  effect: 'read',
  outcome: { seen: 'int', failed: 'list', changed: 'list', values: 'map' },
  shapes: {
    failed: `names of what could not be seen`,
    changed: `names of what differs from \`like\``,
    values: `{NAME: what was seen}, such as git, health, "file .env", "port 8000", "table users"`,
  },
  expect: 'true',
  defaultOutputs: { changed: 'changed', failed: 'failed' },
  timeoutMs: 120_000,
  plan: planOf,
  run,
}

function planOf(asked: SnapshotParams, look: PlanLook): string {
  const parts = GROUPS.filter((group) => group !== 'health').flatMap((group) => {
    const wanted = asked[group]
    if (wanted === undefined) return []
    if (wanted === true) return [group]
    // Commands are shown as such: whoever is asked decides about them.
    if (group === 'run') return [`${group} ${commandsIn(asked.run ?? {})}`]
    const names = typeof wanted === 'object' ? namesIn(wanted) : [wanted]
    return [`${group} ${names.join(', ')}`]
  })
  const { health, like } = asked
  if (health?.url !== undefined) parts.unshift(`health ${health.url}`)
  const checks = Object.entries(health?.checks ?? {})
  if (checks.length > 0) {
    const told = checks.map(([name, { body }]) => `${name} (${look.planOf(body)})`)
    parts.unshift(`health ${told.join(', ')}`)
  }
  if (like === undefined) return `look at ${parts.join('; ')}`
  const again = `look again at what step ${stepOf(like)} saw, and compare`
  return parts.length === 0 ? again : `${again}: ${parts.join('; ')}`
}

const commandsIn = (run: NonNullable<SnapshotParams['run']>): string =>
  Object.entries(run)
    .map(([name, argv]) => `${name} (${shellQuoted(argv)})`)
    .join(', ')

const namesIn = (wanted: object): string[] =>
  Array.isArray(wanted)
    ? wanted.map((one: unknown) =>
        typeof one === 'object' && one !== null && 'path' in one ? String(one.path) : String(one),
      )
    : Object.keys(wanted)

async function run(asked: SnapshotParams, context: StepContext): Promise<Outcome> {
  const seen = await collectAll(asked, context)
  if (context.signal.aborted) return { ended: endedBy(context.signal), data: {}, evidence: [] }
  const outcome = judge(seen, asked)
  const stored = { seen } satisfies Stored
  outcome.evidence.push({ label: LABEL, text: `${JSON.stringify(stored, null, 2)}\n` })
  if (asked.like === undefined) return outcome
  const like = stepOf(asked.like)
  const before = await storedBy(like, context)
  if (before === undefined) {
    const note = `nothing to compare with: step ${like} left no snapshot that can be read`
    return { ...outcome, notes: [...(outcome.notes ?? []), note] }
  }
  return compared(outcome, {
    comparison: compare({ before: before.seen, after: seen, like }),
    seen,
    context,
  })
}

/** undefined: it kept none, or what it kept is cut or damaged. */
async function storedBy(step: string, context: StepContext): Promise<Stored | undefined> {
  const text = await context.evidenceOf(step, LABEL)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as Stored
  } catch {
    return undefined
  }
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

/** One output of a step is kept up to 64 kB. */
const named = (names: readonly string[]): string[] =>
  names.slice(0, MOST_NAMES).map((name) => clip(name, NAME_CHARS))

function dataOf(seen: readonly Seen[], changed: readonly string[]): Outcome['data'] {
  const values = seen.flatMap((one): [string, Value][] => (one.ok ? [[one.name, one.value]] : []))
  return {
    seen: values.length,
    failed: named(seen.filter((one) => !one.ok).map(({ name }) => name)),
    changed: named(changed),
    values: Object.fromEntries(values),
  }
}

type Comparing = { comparison: Comparison; seen: readonly Seen[]; context: StepContext }

function compared(outcome: Outcome, { comparison, seen, context }: Comparing): Outcome {
  const { changes, like } = comparison
  const changed = changes.map(({ name }) => name)
  const summary =
    changed.length === 0
      ? `the same as in step ${like}`
      : `differs from step ${like} in: ${changed.slice(0, MOST_NOTES).join(', ')} (in all ${countsInWords(comparison)})`
  const text = renderComparison(comparison)
  const lines = text.trimEnd().split('\n')
  const more = lines.length - MOST_LINES
  const shown = [...lines.slice(0, MOST_LINES), ...(more > 0 ? [`(${more} more lines)`] : [])]
  context.tell(shown.map((line) => `  ${line}`).join('\n'))
  return {
    ...outcome,
    data: dataOf(seen, changed),
    evidence: [
      ...outcome.evidence,
      { label: 'diff', text },
      { label: COMPARISON, text: `${JSON.stringify(comparison, null, 1)}\n` },
    ],
    notes: [...(outcome.notes ?? []), summary],
  }
}
