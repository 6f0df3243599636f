/**
 * What a log holds, for each part of a report that claims to show it: read from the events alone, not
 * by the view that is under test. Each fact is words that stand in one line of the report, which
 * cites one of the events; without events, words that stand somewhere in it.
 */
import { COMPARISON, comparison } from '../../../src/incident/comparison.ts'
import { durationInWords, momentInWords } from '../../../src/incident/duration.ts'
import type { EventOf, EventType, IncidentEvent, Precision } from '../../../src/incident/event.ts'

export type Fact = { says: string[]; clocks: number[] }

export type Log = {
  events: readonly IncidentEvent[]
  readEvidence: (sha256: string) => string | undefined
}

type Of<T extends EventType> = IncidentEvent & EventOf<T>

const of = <T extends EventType>({ events }: Log, type: T): Of<T>[] =>
  events.filter((event): event is Of<T> => event.type === type)

const cited = (event: IncidentEvent, ...says: (string | undefined)[]): Fact => ({
  says: says.filter((one) => one !== undefined),
  clocks: [event.clock],
})

const step = ({ step: id }: IncidentEvent): string => `\`${id}\``

/** Whether its run had changed something by then. */
const isLate = (log: Log, { run, clock }: IncidentEvent): boolean => {
  const first = fixes(log).find((event) => event.run === run)
  return first !== undefined && first.clock < clock
}

const kindOf = (log: Log, id: string | undefined): string | undefined =>
  of(log, 'step.started').find((event) => event.step === id)?.data.kind

const fixes = (log: Log): Of<'step.started'>[] =>
  of(log, 'step.started').filter(
    ({ data }) => data.kind === 'run' && data.effect !== 'read' && data.observe !== true,
  )

const concluded = (log: Log): Of<'finding.made'>[] =>
  of(log, 'finding.made').filter(({ data }) => data.confidence !== undefined)

const isFor = ({ data }: Of<'finding.made'>): boolean =>
  data.confidence === 'confirmed' || data.confidence === 'likely'

/** Claims with what was found of each. */
const claims = (log: Log): Map<string, Of<'finding.made'>[]> =>
  Map.groupBy(
    concluded(log).filter(({ data }) => data.hypothesis !== undefined),
    ({ data }) => data.hypothesis ?? '',
  )

const failedChecks = (log: Log) =>
  of(log, 'step.finished').flatMap((event) =>
    (event.data.checks ?? [])
      .filter(({ status }) => status === 'failed')
      .map((check) => ({ check, event })),
  )

type Stated = { at: string; precision: Precision; says: string; event: IncidentEvent }

/** Times that were stated last. */
const moments = (log: Log): Record<string, Stated> => {
  const found: Record<string, Stated> = {}
  for (const event of log.events) {
    const set = (name: string, at: string, precision: Precision = 'exact') =>
      (found[name] = { at, precision, says: momentInWords(at, precision), event })
    if (event.type === 'incident.declared') set('declared', event.at)
    if (event.type === 'incident.resolved')
      set('resolved', event.data.effective_at ?? event.at, event.data.precision)
    if (event.type !== 'incident.updated') continue
    const { impact_start, detected_at, status, effective_at, precisions = {} } = event.data
    if (impact_start !== undefined) set('impact_start', impact_start, precisions.impact_start)
    if (detected_at !== undefined) set('detected', detected_at, precisions.detected_at)
    if (status !== undefined) set(status, effective_at ?? event.at, precisions.effective_at)
  }
  return found
}

const FORMULAS = [
  ['Time to detect', 'impact_start', 'detected'],
  ['Time to mitigate', 'impact_start', 'mitigated'],
  ['Time to resolve', 'impact_start', 'resolved'],
  ['Impact duration', 'impact_start', 'mitigated'],
] as const

/** Where a time is not known to the second, bounds are told: only that there are some is asked then. */
const metrics = (log: Log): Fact[] => {
  const known = moments(log)
  return FORMULAS.flatMap(([name, from, to]) => {
    const [start, end] = [known[from], known[to]]
    if (start === undefined || end === undefined) return []
    const isExact = start.precision === 'exact' && end.precision === 'exact'
    const took = durationInWords(Date.parse(end.at) - Date.parse(start.at))
    return [{ says: [name, isExact ? took : ' to '], clocks: [end.event.clock] }]
  })
}

/** What was done with the report is told beside it. */
const ABOUT_THE_REPORT = /^postmortem\.|^incident\.closed$|^action\./

/** An end tells what its beginning told. */
const rows = (log: Log): Fact[] => {
  const ended = new Set(log.events.map(({ type, step: id }) => `${type} ${id}`))
  return log.events
    .filter(({ type }) => !ABOUT_THE_REPORT.test(type))
    .filter(({ type, step: id }) => {
      if (!type.endsWith('.started') || type === 'run.started') return true
      return !ended.has(`${type.replace('started', 'finished')} ${id}`)
    })
    .map((event) => {
      const at = (event.data as { effective_at?: string }).effective_at ?? event.at
      return cited(event, event.type === 'note.added' ? at.slice(0, 10) : at.slice(11, 19))
    })
}

const RUN_ENDS: Record<string, string> = { rolled_back: 'rolled back' }

const runEnds = (log: Log): Fact[] =>
  of(log, 'run.finished').map((event) =>
    cited(event, RUN_ENDS[event.data.status] ?? event.data.status, event.data.reason),
  )

const differences = (log: Log): Fact[] =>
  of(log, 'step.finished').flatMap(({ data }) =>
    (data.evidence ?? [])
      .filter(({ label }) => label === COMPARISON)
      .flatMap(({ sha256 }) =>
        comparison
          .parse(JSON.parse(log.readEvidence(sha256) ?? ''))
          .changes.flatMap((change) => [
            { says: [change.name], clocks: [] },
            ...change.facts.map(({ fact }) => ({ says: [fact], clocks: [] })),
          ]),
      ),
  )

const outputs = (log: Log): Fact[] =>
  of(log, 'step.finished')
    .filter(({ data }) => data.status === 'failed')
    .flatMap(({ data }) => data.evidence ?? [])
    .filter(({ label }) => label === 'stdout' || label === 'stderr')
    .flatMap(({ sha256 }) => log.readEvidence(sha256)?.trim().split('\n').at(-1) ?? [])
    .filter((line) => line !== '')
    .map((line) => ({ says: [line], clocks: [] }))

const everywhere = (...says: string[]): Fact => ({ says, clocks: [] })

/** By the name under which `postmortem templates` lists what a template shows of the log. */
export const FACTS: Readonly<Record<string, (log: Log) => Fact[]>> = {
  also_found: (log) =>
    concluded(log)
      .filter((event) => isFor(event) && event.data.hypothesis === undefined)
      .map((event) => cited(event, event.data.says)),
  backups: (log) =>
    of(log, 'step.finished').flatMap((event) => {
      const { file, sha256 } = event.data.outputs ?? {}
      return kindOf(log, event.step) === 'backup' &&
        typeof file === 'string' &&
        typeof sha256 === 'string'
        ? [cited(event, step(event), file, sha256)]
        : []
    }),
  'chapters.rows': rows,
  deviations: (log) => [
    ...of(log, 'command.recorded').map((event) => cited(event, event.data.argv.join(' '))),
    ...of(log, 'step.settled').map((event) => cited(event, step(event))),
  ],
  dropped: (log) =>
    [...claims(log)].flatMap(([claim, made]) =>
      made.some(isFor)
        ? []
        : made
            .filter(({ data }) => data.confidence === 'rejected')
            .map((event) => cited(event, claim, event.data.says)),
    ),
  evidence: (log) =>
    log.events
      .filter(({ type }) => type === 'step.finished' || type === 'undo.finished')
      .flatMap((event) =>
        ((event.data as EventOf<'step.finished'>['data']).evidence ?? []).map(({ sha256 }) =>
          cited(event, sha256),
        ),
      ),
  facts: (log) => Object.values(moments(log)).map(({ says, event }) => cited(event, says)),
  'hypotheses.evidence': (log) =>
    [...claims(log)].flatMap(([claim, made]) => [
      everywhere(claim),
      ...made.map((event) => cited(event, event.data.says, step(event))),
    ]),
  metrics,
  'durations.impact_duration': (log) =>
    metrics(log).filter(({ says: [name] }) => name === 'Impact duration'),
  'durations.time_to_detect': (log) =>
    metrics(log)
      .filter(({ says: [name] }) => name === 'Time to detect')
      .map(({ says: [, took = ''] }) => everywhere(took)),
  ...Object.fromEntries(
    ['declared', 'detected', 'impact_start', 'mitigated', 'resolved'].map((name) => [
      `moments.${name}`,
      (log: Log): Fact[] => {
        const found = moments(log)[name]
        return found === undefined ? [] : [cited(found.event, found.says)]
      },
    ]),
  ),
  other_findings: (log) =>
    concluded(log)
      .filter(({ data }) => data.hypothesis === undefined && data.confidence !== 'rejected')
      .map((event) => cited(event, event.data.says)),
  outcomes: (log) => [
    ...runEnds(log),
    ...failedChecks(log)
      .filter(({ event }) => event.data.status === 'failed')
      .map(({ check, event }) => cited(event, check.name, check.seen, check.wanted)),
  ],
  responders: (log) => log.events.slice(0, 1).map((event) => cited(event, event.actor.name)),
  runs: (log) => of(log, 'run.started').map(({ data }) => everywhere(data.runbook.path)),
  'runs.changes': (log) => fixes(log).map(({ data }) => everywhere(data.preview)),
  'runs.checks.rows': (log) =>
    of(log, 'step.finished').flatMap(({ data }) =>
      (data.checks ?? [])
        .filter(({ status }) => status !== 'not_checked')
        .map(({ name, seen, wanted }) => ({ says: [name, seen, wanted], clocks: [] })),
    ),
  'runs.comparisons': differences,
  'runs.failure_outputs': outputs,
  'runs.fixes': (log) =>
    of(log, 'step.finished')
      .filter(({ step: id }) => fixes(log).some((fix) => fix.step === id))
      .map((event) => cited(event, event.data.status === 'succeeded' ? 'succeeded' : 'failed')),
  'runs.looks.findings': (log) =>
    concluded(log)
      .filter((event) => !isLate(log, event))
      .map((event) => cited(event, event.data.says)),
  'runs.plan': (log) => of(log, 'step.started').map((event) => cited(event, step(event))),
  'runs.proofs.findings': (log) =>
    concluded(log)
      .filter((event) => isLate(log, event))
      .map((event) => cited(event, event.data.says)),
  'runs.results': (log) =>
    concluded(log)
      .filter((event) => isLate(log, event))
      .map((event) => cited(event, event.data.says)),
  'runs.snapshots': (log) =>
    of(log, 'step.finished')
      .filter((event) => !isLate(log, event) && kindOf(log, event.step) === 'snapshot')
      .map((event) => cited(event, step(event), momentInWords(event.at))),
  'runs.steps': (log) => [
    ...of(log, 'step.finished').map((event) =>
      cited(event, step(event), durationInWords(event.data.duration_ms)),
    ),
    ...of(log, 'step.skipped').map((event) => cited(event, step(event), 'skipped')),
  ],
  'runs.symptoms': (log) =>
    failedChecks(log)
      .filter(({ event }) => !isLate(log, event))
      .map(({ check, event }) => cited(event, check.name, check.seen, step(event))),
  'runs.undone.rows': (log) =>
    of(log, 'undo.finished').map((event) =>
      cited(event, step(event), durationInWords(event.data.duration_ms)),
    ),
  'runs.undone.why': (log) =>
    of(log, 'rollback.requested').map((event) => cited(event, event.data.reason)),
  'runs.watch': (log) =>
    of(log, 'step.finished').flatMap((event) =>
      (event.data.checks ?? [])
        .filter(({ status }) => status !== 'not_checked')
        .map(({ name, seen }) => cited(event, name, seen)),
    ),
  'runs.ways_back': (log) =>
    of(log, 'step.started')
      .filter(({ data }) => data.undo !== undefined)
      .map((event) => cited(event, step(event))),
  supported: (log) =>
    [...claims(log)].flatMap(([claim, made]) => {
      if (!made.some(isFor) || made.some(({ data }) => data.confidence === 'rejected')) return []
      return made.filter(isFor).map((event) => cited(event, claim))
    }),
  timeline: rows,
}
