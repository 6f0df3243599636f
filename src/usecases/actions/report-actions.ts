/** The actions of one incident as its report and its log have them now. */
import { HotwashError } from '../../errors.ts'
import type { Journal } from '../../ports/journal.ts'
import { actionsOf, type ActionState } from '../../postmortem/actions/action-state.ts'
import { closest } from '../../runbook/did-you-mean.ts'
import { currentReport, type CurrentReport } from '../report/current-report.ts'
import type { RecordWorld } from '../record-world.ts'
import { refuseBadHead } from '../report/report-trouble.ts'
import { noReport } from '../report/show-postmortem.ts'

export type ReportActions = {
  report: CurrentReport
  /** In the order of the head. */
  actions: ActionState[]
}

/** Throws NO_INCIDENT without a report, INVALID_REPORT for a head that cannot be read. */
export const readableReport = async (
  world: RecordWorld,
  journal: Journal,
): Promise<CurrentReport> => {
  const report = await currentReport(world, journal)
  if (report === undefined) throw noReport(journal.incident)
  refuseBadHead(report)
  return report
}

export const reportActions = async (
  world: RecordWorld,
  journal: Journal,
): Promise<ReportActions> => {
  const report = await readableReport(world, journal)
  return { report, actions: actionsOf(report.head, journal.events()) }
}

/** Those named, in the order of the report; all of them when none is. */
export const namedActions = (
  actions: readonly ActionState[],
  { ids, incident }: { ids: readonly string[]; incident: string },
): ActionState[] => {
  const known = actions.map(({ id }) => id)
  const unknown = ids.find((id) => !known.includes(id))
  if (unknown !== undefined) {
    const near = closest(unknown, known)
    const said = near === undefined ? '' : `did you mean ${near}? `
    throw new HotwashError('USAGE', `the report of ${incident} has no action ${unknown}`, {
      hint:
        known.length === 0
          ? `it has none: write them with hotwash postmortem edit ${incident}`
          : `${said}its actions: ${known.join(', ')}`,
    })
  }
  return actions.filter(({ id }) => ids.length === 0 || ids.includes(id))
}
