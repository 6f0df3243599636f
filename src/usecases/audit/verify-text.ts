/** What a reviewer reads: what was verified, what it is anchored to, and what does not hold. */
import { counted } from '../../incident/counted.ts'
import type { Verified } from '../../record/verify/problem.ts'

/** The fields of json.md for one or several incidents; `incidents` has each by itself. */
export function verifiedJson(reports: readonly Verified[]) {
  const [first] = reports
  const anchors = new Set(reports.map((report) => report.anchored_to))
  return {
    verified: reports.every((report) => report.verified),
    logs: reports.flatMap((report) => report.logs),
    anchored_to: anchors.size === 1 ? (first?.anchored_to ?? null) : null,
    unsigned: reports.reduce((sum, report) => sum + report.unsigned, 0),
    problems: reports.flatMap((report) => report.problems),
    incidents: reports,
  }
}

export const verifiedText = (reports: readonly Verified[]): string =>
  reports.map(oneText).join('\n\n')

function oneText(report: Verified): string {
  const { incident, logs, problems, notes } = report
  const lines = logs.map(
    ({ writer, events, head }) => `  ${writer}: ${events} events, head ${head.slice(0, 16)}`,
  )
  const wrong = problems.map(
    ({ code, writer, message }) =>
      // Most messages name their log already, as WRITER#SEQ.
      `  ${code}: ${writer === '' || message.includes(`${writer}#`) ? '' : `${writer}: `}${message}`,
  )
  const said = notes.map((note) => `  note: ${note}`)
  return [
    incident,
    ...lines,
    ...wrong,
    ...said,
    report.verified ? meaning(report) : `NOT VERIFIED: ${first(report)}`,
  ].join('\n')
}

/** A single one stands right above. */
const first = ({ problems: [only, ...others] }: Verified): string =>
  counted(others.length + 1, 'problem') +
  (others.length === 0 ? '' : `; the first: ${only?.message}`)

/** What holds, and, as plainly, what nobody can know from here. */
function meaning({ logs, anchored_to, commits, unsigned, uncommitted }: Verified): string {
  const events = logs.reduce((sum, log) => sum + log.events, 0)
  const upTo = uncommitted === 0 ? '' : ` up to event ${events - uncommitted}`
  const anchored = anchored_to === null ? '' : `, anchored to ${anchored_to}${upTo}`
  const alone =
    commits === 0
      ? 'a folder has no history to hold it against'
      : 'push the branch, so that another place holds it'
  return [
    `verified to event ${events}${anchored}`,
    ...(uncommitted === 0 || commits === 0
      ? []
      : [`not committed yet: ${counted(uncommitted, 'event')} (hotwash sync)`]),
    ...(unsigned === 0
      ? []
      : [`not proven: who wrote it, since ${unsigned} of ${commits} commits are not signed`]),
    ...(anchored_to === null
      ? [`not proven: that nobody wrote this whole copy anew, or cut off its end: ${alone}`]
      : []),
  ].join('\n')
}
