/**
 * `hotwash demo`: an outage that is real, from the first look to the post-mortem, in a throw-away
 * repository. With the wrong fix, the run must notice and take it back.
 */
import type { DemoWorld } from '../demo/world.ts'
import { EXIT, HotwashError } from '../errors.ts'
import { shellQuoted } from '../incident/shell-quoted.ts'
import { renderPostmortem } from './report/render-postmortem.ts'
import { recordWorldOf } from './record-world-of.ts'
import { runRunbook } from './run/run-runbook.ts'
import type { RunReport } from './run/run-report.ts'
import type { World } from './world.ts'

export type Fix = 'right' | 'wrong'

export type DemoReport = {
  dir: string
  fix: Fix
  incident: string
  status: RunReport['status']
  branch: string | null
  postmortem: string
  /** With the wrong fix: the users are again what they were before it, byte by byte. */
  restored: boolean | undefined
  users: { before: Digest; after: Digest }
  next: string[]
}

type Digest = { rows: number; sha256: string }

export type DemoEnd =
  { ok: true; report: DemoReport } | { ok: false; run: RunReport; dir: string; why: string }

const DEMO_RUNBOOK = 'demo-login-outage'

export async function openDemo(options: {
  keep: string | undefined
  postgres: string | undefined
  fix: Fix
}): Promise<DemoWorld> {
  const { makeDemoWorld } = await import('../demo/world.ts')
  return makeDemoWorld(options)
}

/** `world` is that of the demo's own repository. */
export async function runDemo(world: World, demo: DemoWorld, fix: Fix): Promise<DemoEnd> {
  const before = await digestOf(world, demo)
  const run = await runRunbook(world, {
    runbook: DEMO_RUNBOOK,
    inputs: demo.inputs,
    yes: !world.operator.interactive,
  })
  const after = await digestOf(world, demo)
  const restored = fix === 'wrong' ? before.sha256 === after.sha256 : undefined
  const wanted = fix === 'wrong' ? 'rolled_back' : 'succeeded'
  const { dir } = demo
  if (run.status !== wanted) {
    const why =
      run.exit_code === EXIT.waiting || run.status === 'paused'
        ? `the demo is not finished: the run is ${run.status}`
        : `the demo failed: the run is ${run.status}, where ${wanted} was expected`
    return { ok: false, run, dir, why }
  }
  if (restored === false) {
    return { ok: false, run, dir, why: 'the demo failed: the users are not as before' }
  }
  const recordWorld = { ...recordWorldOf(world), packageRoot: world.packageRoot }
  const drafted = await renderPostmortem(recordWorld, { incident: run.incident })
  const { incident, status } = run
  const { branch, path: postmortem } = drafted
  const next = nextCommands(demo, { incident, branch })
  const users = { before, after }
  return {
    ok: true,
    report: { dir, fix, incident, status, branch, postmortem, restored, users, next },
  }
}

/** All columns as they are now: the outage itself renamed one. */
async function digestOf(world: World, demo: DemoWorld): Promise<Digest> {
  const database = world.ports.database.open(demo.databaseUrl)
  const { signal } = new AbortController()
  const described = await database.describe(signal)
  if (!described.ok) throw new HotwashError('STEP_FAILED', described.message)
  const users = Object.entries(described.tables).find(([name]) => /(^|\.)users$/.test(name))
  if (users === undefined) throw new HotwashError('STEP_FAILED', 'the demo has no table users')
  const columns = users[1].map(({ column }) => column)
  const digest = await database.digestTable(users[0], columns, signal)
  if (!digest.ok) throw new HotwashError('STEP_FAILED', digest.message)
  return { rows: digest.rows, sha256: digest.sha256 }
}

function nextCommands(demo: DemoWorld, at: { incident: string; branch: string | null }): string[] {
  const place = shellQuoted([demo.dir])
  return [
    ...(at.branch === null ? [] : [`git -C ${place} log ${at.branch}`]),
    `hotwash -C ${place} audit verify ${at.incident}`,
    `hotwash -C ${place} postmortem show ${at.incident}`,
    `hotwash -C ${place} resolve ${at.incident}`,
    `rm -r ${shellQuoted([demo.folder])}`,
  ]
}
