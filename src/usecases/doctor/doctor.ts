/** `hotwash doctor`: is this machine ready for an outage. It changes nothing. */
import type { RecordWorld } from '../record-world.ts'
import type { World } from '../world.ts'
import type { DoctorCheck } from './check.ts'
import { checkDisk } from './check-disk.ts'
import { checkGit } from './check-git.ts'
import { checkMachine, checkPgTools, type Machine } from './check-machine.ts'

export type DoctorRequest = {
  machine: Machine
  stateFolder: string
  /** With it, what this runbook needs is checked too. */
  runbook: { runbook: string; inputs: Readonly<Record<string, string>>; world: World } | undefined
}

export async function doctor(world: RecordWorld, request: DoctorRequest): Promise<DoctorCheck[]> {
  const { runbook } = request
  return [
    ...checkMachine(request.machine),
    ...(await checkGit(world)),
    ...checkDisk(world, request.stateFolder),
    await checkPgTools(world),
    ...(runbook === undefined
      ? []
      : await (await import('./check-runbook.ts')).checkRunbook(runbook.world, runbook)),
  ]
}

/** The last line is the verdict. */
export function doctorLines(checks: readonly DoctorCheck[]): string[] {
  const width = Math.max(...checks.map(({ name }) => name.length))
  const count = (status: DoctorCheck['status']): number =>
    checks.filter((check) => check.status === status).length
  const verdict =
    count('fail') > 0
      ? `NOT READY: ${count('fail')} failed, ${count('warn')} to look at`
      : `READY${count('warn') > 0 ? `, ${count('warn')} to look at` : ''}`
  return [
    ...checks.flatMap(({ name, status, found, needed, fix }) => [
      `${status.toUpperCase().padEnd(4)}  ${name.padEnd(width)}  ${found}`,
      ...(status === 'ok'
        ? []
        : [
            `      ${''.padEnd(width)}  needed: ${needed}`,
            `      ${''.padEnd(width)}  fix: ${fix}`,
          ]),
    ]),
    verdict,
  ]
}
