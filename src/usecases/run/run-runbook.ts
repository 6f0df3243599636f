/** `hotwash run`: joins the one open incident or declares one, and drives a runbook through it. */
import { asSeen } from '../../incident/as-seen.ts'
import { hasEnded } from '../../incident/run-ended.ts'
import type { IncidentState } from '../../incident/state.ts'
import { HotwashError } from '../../errors.ts'
import type { LiveRun, Secrets } from '../../engine/live-run.ts'
import type { Journal } from '../../ports/journal.ts'
import { refuseDamaged } from '../damage.ts'
import { openLive } from './open-live.ts'
import { openIncidents, pickIncident, severalOpen } from '../pick-incident.ts'
import { planRunbook } from './plan-runbook.ts'
import { prepare, ready, selectionOf, type Prepared, type RunRequest } from './prepare-run.ts'
import { sayWhatStays } from './rehearsal-check.ts'
import { recordWorldOf } from '../record-world-of.ts'
import type { RunReport } from './run-report.ts'
import {
  driveAndReport,
  keptRunbook,
  publisherOf,
  stepList,
  weakWarnings,
  withNamedLock,
  withRunLock,
} from './start-run.ts'
import type { World } from '../world.ts'

export async function runRunbook(world: World, request: RunRequest): Promise<RunReport> {
  const prepared = await prepare(world, request)
  if (request.plan === true) {
    return { ...(await planRunbook(world, prepared)), lint: lintOf(prepared) }
  }
  const { runbook, inputs } = prepared
  const { store } = recordWorldOf(world)
  const joined = request.rehearse === true ? undefined : incidentToJoin(world, request)
  if (joined === undefined) {
    return withNamedLock(world, prepared, async () => {
      const secrets = await ready(world, prepared)
      const journal = store.create({ title: titleOf(prepared) })
      return withRunLock(world, journal.dir, async () => {
        declare(world, journal, prepared)
        const similar = await saySimilar(world, journal, prepared)
        return { ...(await run(world, { ...prepared, journal, secrets })), ...similar }
      })
    })
  }
  const journal = store.open(joined)
  return withRunLock(world, journal.dir, () => {
    refuseDamaged(journal)
    refuseUnfinished(asSeen(journal.state(), false))
    const text = `joins the open incident ${joined}`
    world.operator.show({ type: 'say', level: 'info', text })
    return withNamedLock(world, { runbook, inputs }, async () =>
      run(world, { ...prepared, journal, secrets: await ready(world, prepared) }),
    )
  })
}

function incidentToJoin(world: World, request: RunRequest): string | undefined {
  const { store } = recordWorldOf(world)
  if (request.incident !== undefined) {
    const id = pickIncident(store, request.incident)
    if (!store.stateOf(id).drill) return id
    throw new HotwashError('USAGE', `${id} is a drill: a real run never joins one`, {
      hint: 'hotwash run RUNBOOK declares an incident, and --rehearse a drill of its own',
    })
  }
  const open = request.fresh === true ? [] : openIncidents(store)
  if (open.length > 1) throw severalOpen(open, 'are open')
  return open[0]
}

function refuseUnfinished(state: IncidentState): void {
  const run = state.runs.find((one) => !hasEnded(one))
  if (run === undefined) return
  const message = `incident ${state.id} has a run of ${run.runbook.name} that is ${run.status}`
  throw new HotwashError('RUN_UNFINISHED', message, { hint: `hotwash resume ${state.id}` })
}

/** So that ids and branches of drills say what they are. */
const titleOf = ({ runbook, request }: Prepared): string =>
  request.rehearse === true ? `Drill: ${runbook.name}` : runbook.name

function declare(world: World, journal: Journal, prepared: Prepared): void {
  const { runbook, request } = prepared
  const { severities } = world.config
  const severity = runbook.severity ?? severities[Math.min(2, severities.length - 1)] ?? 'SEV3'
  const title = titleOf(prepared)
  const drill = request.rehearse === true ? { drill: true as const } : {}
  const data = { title, severity, runbook: runbook.name, ...drill }
  journal.append({ type: 'incident.declared', data })
}

/** Not in a rehearsal: nothing is wrong. What goes wrong with it is nothing to be told in an outage. */
async function saySimilar(
  world: World,
  journal: Journal,
  { runbook, request }: Prepared,
): Promise<Pick<RunReport, 'similar'>> {
  if (request.rehearse === true) return {}
  const { seenBefore, similarInTime } = await import('../catalog/similar-in-time.ts')
  const { similarJson } = await import('../catalog/similar-lines.ts')
  const { incident } = journal
  const asked = { incident, title: runbook.name, runbook: runbook.path }
  const { similar } = await similarInTime(recordWorldOf(world), asked)
  for (const text of seenBefore(incident, similar))
    world.operator.show({ type: 'say', level: 'info', text })
  return { similar: similar.map(similarJson) }
}

type Running = Prepared & { journal: Journal; secrets: Secrets }

function run(world: World, running: Running): Promise<RunReport> {
  const { journal, runbook, request, inputs } = running
  const publisher = publisherOf(world, journal)
  const id = `run-${journal.state().runs.length + 1}-${world.ports.random.hex(2)}`
  const live = openLive(world, {
    ...running,
    run: id,
    yes: request.yes ?? false,
    kick: () => publisher.kick(),
  })
  journal.append({
    type: 'run.started',
    run: id,
    data: {
      runbook: keptRunbook(journal, runbook),
      inputs: { ...inputs },
      guided: live.guided,
      yes: live.yes,
      ...selectionOf(request),
      ...(request.rehearse === true ? { rehearsal: true as const } : {}),
      steps: stepList(runbook),
    },
  })
  publisher.kick()
  if (request.rehearse === true) sayRehearsal(live)
  const warnings = [...running.warnings, ...weakWarnings(world)]
  return driveAndReport(live, publisher, { warnings, lint: lintOf(running) })
}

function sayRehearsal(live: LiveRun): void {
  const text = `REHEARSAL ${live.journal.incident}: forward, then every step is undone; nothing is touched but what hotwash.yaml declares`
  live.operator.show({ type: 'say', level: 'info', text })
  sayWhatStays(live)
}

const lintOf = ({ warnings, request }: Prepared) => ({ warnings, runbook: request.runbook })
