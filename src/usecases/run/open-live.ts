/** From the world, a journal and a runbook to a run that can be driven. */
import { createInterrupts } from '../../engine/interrupts.ts'
import { guardPorts, type Targets } from '../../engine/rehearsal-targets.ts'
import type { Answers, LiveRun, Secrets } from '../../engine/live-run.ts'
import type { Journal } from '../../ports/journal.ts'
import type { Runbook } from '../../runbook/runbook.ts'
import { isOver } from '../pick-incident.ts'
import { recordWorldOf } from '../record-world-of.ts'
import type { World } from '../world.ts'

export type LiveOptions = {
  journal: Journal
  runbook: Runbook
  run: string
  secrets: Secrets
  answers?: Answers
  yes?: boolean
  kick?: () => void
  /** Of a rehearsal. */
  targets?: Targets | undefined
}

/** Listens to signals from now on, until `live.interrupts.close()`. */
export function openLive(world: World, options: LiveOptions): LiveRun {
  const { operator, signals, redactor, kinds, root } = world
  const { targets, yes = false } = options
  const ports = targets === undefined ? world.ports : guardPorts(world.ports, targets)
  return {
    ports,
    operator,
    signals,
    redactor,
    kinds,
    root,
    teams: world.config.teams,
    isOver: (incident) => isOver(recordWorldOf(world).store, incident),
    journal: options.journal,
    kick: options.kick ?? (() => {}),
    runbook: options.runbook,
    id: options.run,
    secrets: options.secrets,
    answers: options.answers ?? {},
    guided: operator.interactive && !yes,
    yes,
    interrupts: createInterrupts({ operator, signals, mono: () => ports.clock.mono() }),
    active: new Map(),
    progress: undefined,
    secretOutputs: new Map(),
    seriesStart: new Map(),
    jars: new Map(),
    databases: new Map(),
    targets,
  }
}
