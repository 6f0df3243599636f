/**
 * `actions check`: carries out each `done_when` that can be, and records what came of it. Nothing of a
 * repository is run unasked: what may start a program waits for --yes, or for a yes at the terminal.
 */
import { defined } from '../../incident/defined.ts'
import type { CurrentReport } from '../report/current-report.ts'
import { HotwashError } from '../../errors.ts'
import type { Journal } from '../../ports/journal.ts'
import {
  actionsOf,
  criterionOf,
  isRunnable,
  type ActionState,
} from '../../postmortem/actions/action-state.ts'
import { parseCriteria, type Criterion } from '../../postmortem/actions/criteria.ts'
import { pickIncident } from '../pick-incident.ts'
import { openForReport } from '../take-up.ts'
import { publishNow, publishWarnings } from '../publish-now.ts'
import { recordWorldOf } from '../record-world-of.ts'
import type { World } from '../world.ts'
import {
  backgroundOf,
  checkedEvent,
  previewOf,
  runCriterion,
  type Background,
} from './criterion-run.ts'
import { namedActions, reportActions } from './report-actions.ts'

export type CheckRequest = {
  incident: string | undefined
  ids: readonly string[]
  plan: boolean
  yes: boolean
}

/**
 * `planned`: --plan; `not_run`: nobody said yes; `person`: its criterion is a sentence; `no_criterion`:
 * it has none.
 */
type CheckStatus =
  'passed' | 'failed' | 'planned' | 'not_run' | 'person' | 'no_criterion' | 'declined'

export type CheckedAction = {
  id: string
  title: string
  status: CheckStatus
  /** Before and after. */
  was: ActionState['status']
  is: ActionState['status']
  /** It may start a program here. */
  asks?: boolean
  preview?: string
  reason?: string
  duration_ms?: number
  exit_code?: number
  evidence?: string[]
}

export type Checks = {
  incident: string
  /** False: it was only planned. */
  recorded: boolean
  checks: CheckedAction[]
  warnings: string[]
}

type Checking = {
  world: World
  journal: Journal
  report: CurrentReport
  request: CheckRequest
  background: Background
  recorded: boolean
  /** How many will be carried out, for the person who is asked. */
  of: number
}

export async function checkActions(world: World, request: CheckRequest): Promise<Checks> {
  const record = recordWorldOf(world)
  const recorded = !request.plan
  const { journal } = recorded
    ? await openForReport(record, request.incident)
    : { journal: record.store.open(pickIncident(record.store, request.incident)) }
  const { report, actions } = await reportActions(record, journal)
  const chosen = namedActions(actions, { ids: request.ids, incident: journal.incident })
  const background = await backgroundOf(world, journal)
  const criteria = criteriaOf(world, { report, actions, chosen, background })
  const checking = { world, journal, report, request, background, recorded, of: criteria.size }
  const checks: CheckedAction[] = []
  let n = 0
  for (const action of chosen) {
    const criterion = criteria.get(action.id)
    if (criterion === undefined) checks.push(notRunnable(action))
    else checks.push(await checkOne(checking, action, { ...criterion, n: (n += 1) }))
  }
  if (!checks.some(({ status }) => status === 'passed' || status === 'failed') || !recorded)
    return { incident: journal.incident, recorded, checks, warnings: [] }
  const warnings = publishWarnings(await publishNow(record, journal))
  return { incident: journal.incident, recorded, checks, warnings }
}

/** Throws INVALID_REPORT with the place of every problem of a chosen action; nothing has run then. */
function criteriaOf(
  { kinds }: World,
  from: {
    report: CurrentReport
    actions: readonly ActionState[]
    chosen: readonly ActionState[]
    background: Background
  },
): Map<string, Criterion> {
  const { report, actions, chosen, background } = from
  const runnable = chosen.filter(
    ({ status, done_when }) => status !== 'declined' && isRunnable(done_when),
  )
  const at = runnable.map((action) => actions.indexOf(action))
  const file = report.place.path
  const { runbook: around } = background
  const { criteria, issues } = parseCriteria({ text: report.text, file, kinds, at, around })
  const [first] = issues
  if (first !== undefined) {
    const { line, column } = first.place
    throw new HotwashError('INVALID_REPORT', `${file}:${line}:${column}: ${first.message}`, {
      hint: 'nothing was run; a done_when is a step body with expect, or a sentence',
      issues,
    })
  }
  return new Map(
    runnable.flatMap((action, nth): [string, Criterion][] => {
      const criterion = criteria.get(at[nth] ?? -1)
      return criterion === undefined ? [] : [[action.id, criterion]]
    }),
  )
}

const about = ({ id, title, status }: ActionState) => ({ id, title, was: status, is: status })

function notRunnable(action: ActionState): CheckedAction {
  if (action.status === 'declined')
    return { ...about(action), status: 'declined', reason: action.declined ?? '' }
  const { done_when } = action
  return typeof done_when === 'string'
    ? { ...about(action), status: 'person', reason: done_when }
    : { ...about(action), status: 'no_criterion' }
}

async function checkOne(
  checking: Checking,
  action: ActionState,
  { body, asks, n }: Criterion & { n: number },
): Promise<CheckedAction> {
  const { world, journal, request, background, recorded } = checking
  const asked = { action: action.id, body, background, journal }
  const { preview, target, timeoutMs } = previewOf(world, asked)
  const base = { ...about(action), asks, preview }
  if (request.plan) return { ...base, status: 'planned' }
  if (asks && !request.yes) {
    const card = { ...cardOf(checking, action, n), kind: body.kind, preview, target, timeoutMs }
    const why = await whyNot(world, card)
    if (why !== undefined) return { ...base, status: 'not_run', reason: why }
  }
  const result = await runCriterion(world, { ...asked, keep: recorded })
  const { status } = result
  if (status === 'interrupted')
    throw new HotwashError('INTERRUPTED', `interrupted while action ${action.id} was checked`, {
      hint: 'what was checked before it is recorded',
    })
  const done = action.done_when as NonNullable<ActionState['done_when']>
  const draft = checkedEvent(action.id, { ...result, status }, criterionOf(done))
  if (recorded) journal.append(draft)
  const after = actionsOf(checking.report.head, recorded ? journal.events() : [])
  const is = after.find(({ id }) => id === action.id)?.status ?? action.status
  return {
    ...base,
    status,
    is: recorded ? is : action.status,
    preview: result.preview,
    reason: result.reason,
    duration_ms: result.duration_ms,
    ...defined({ exit_code: result.exit_code }),
    evidence: result.evidence.map(({ sha256 }) => sha256),
  }
}

function cardOf({ journal, world, of }: Checking, { id, title }: ActionState, n: number) {
  return {
    id,
    name: title,
    description: undefined,
    refs: [],
    effect: 'change' as const,
    undo: undefined,
    attempt: 1,
    n,
    of,
    run: {
      incident: journal.incident,
      severity: journal.state().severity,
      environment: undefined,
      startedAt: new Date(world.ports.clock.now()).toISOString(),
      status: 'running' as const,
    },
    inputs: {},
  }
}

type Card = Parameters<World['operator']['ask']>[0] & { type: 'check' }

/** undefined: it may be run. */
async function whyNot({ operator }: World, card: Card['card']): Promise<string | undefined> {
  if (!operator.interactive)
    return 'it may run a program, read a file or use a secret here, and nobody said yes: --yes'
  const reply = await operator.ask({ type: 'check', card }, new AbortController().signal)
  if (reply.do === 'run') return undefined
  if (reply.do === 'quit') throw new HotwashError('INTERRUPTED', `left at action ${card.id}`)
  return 'left by the operator'
}
