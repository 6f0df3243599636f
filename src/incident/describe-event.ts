/** One clear English sentence per event, for the timeline, for reports and for commit subjects. */
import { durationInWords, momentInWords } from './duration.ts'
import type { Check, EventData, EventOf, EventType, IncidentEvent, Precision } from './event.ts'
import { TELL_OF_REPORT } from './describe-report-event.ts'
import type { Told } from './told.ts'
import { shellQuoted } from './shell-quoted.ts'
import { clip, visibleLine } from './visible.ts'

type Ending = EventData['step.finished'] | EventData['undo.finished']

const MORE_LIMIT = 2_000
const SUBJECT_LIMIT = 100

const plainValue = (value: unknown): string =>
  typeof value === 'string' ? `"${value}"` : JSON.stringify(value)

const failedChecks = (checks: readonly Check[] | undefined): string | undefined => {
  const failed = (checks ?? []).filter((check) => check.status === 'failed')
  if (failed.length === 0) return undefined
  const list = failed.map((c) => `${c.name} (seen: ${c.seen}; wanted: ${c.wanted})`)
  return `Not as wanted: ${list.join(', ')}.`
}

/** Checks that the sentence before does not name already. */
const untold = (checks: readonly Check[] | undefined, told: string | undefined): Check[] =>
  (checks ?? []).filter(({ name }) => told?.includes(name) !== true)

const join = (...parts: (string | undefined)[]): string | undefined =>
  parts.filter((part) => part !== undefined && part !== '').join(' ') || undefined

const sentence = (text: string | undefined): string | undefined =>
  text === undefined || text.trim() === '' ? undefined : /[.!?…]\s*$/.test(text) ? text : `${text}.`

const endedHow = (data: Ending): string => {
  if (data.by === 'hand') return 'was done by hand'
  const code =
    data.signal ?? (data.exit_code === undefined ? undefined : `exit code ${data.exit_code}`)
  const how = code === undefined ? '' : ` (${code})`
  const took = durationInWords(data.duration_ms)
  if (data.status === 'succeeded') return `succeeded in ${took}`
  if (data.status === 'failed') return `failed after ${took}${how}`
  return `ended unknown after ${took}: it may or may not have had its effect`
}

const ended = (subject: string, data: Ending): Told => {
  const skipped = 'skipped' in data ? data.skipped : undefined
  if (skipped !== undefined) return { subject, what: 'was skipped', why: skipped }
  const retryInMs = 'retry_in_ms' in data ? data.retry_in_ms : undefined
  const again = retryInMs === undefined ? '' : `, trying again in ${durationInWords(retryInMs)}`
  return {
    subject,
    what: `${endedHow(data)}${again}`,
    why: data.reason,
    more: join(failedChecks(untold(data.checks, data.reason)), notesInWords(data)),
  }
}

/** What was done by hand has its evidence for reason and note. */
export function notesInWords({ notes = [], reason }: Ending): string | undefined {
  const noted = notes.filter((note) => note !== reason)
  return noted.length === 0 ? undefined : sentence(`Noted: ${noted.join('; ')}`)
}

const happened = (at: string | undefined, precision?: Precision): string =>
  at === undefined ? '' : ` as of ${momentInWords(at, precision)}`

const known = (source: string | undefined): string | undefined =>
  source === undefined ? undefined : sentence(`Known from: ${source}`)

export const updateInWords = (data: EventData['incident.updated']): string => {
  const { detected_at, impact_start, effective_at } = data.precisions ?? {}
  const parts = [
    data.status && `${data.status}${happened(data.effective_at, effective_at)}`,
    data.title !== undefined && `titled "${data.title}"`,
    data.severity !== undefined && `severity set to ${data.severity}`,
    data.detected_at !== undefined &&
      `detection set to ${momentInWords(data.detected_at, detected_at)}`,
    data.impact_start !== undefined &&
      `impact start set to ${momentInWords(data.impact_start, impact_start)}`,
  ].filter((part) => typeof part === 'string')
  return parts.join(', ') || 'updated'
}

const updated = (data: EventData['incident.updated']): Told => {
  const what = updateInWords(data)
  // What is set says itself what it is of: no `incident detection`.
  const subject = /^(?:severity|detection|impact start)(?= set to )/.exec(what)?.[0]
  return {
    subject: subject ?? 'incident',
    what: subject === undefined ? what : what.slice(subject.length + 1),
    why: data.reason,
    more: known(data.source),
  }
}

const answered = (step: string, data: EventData['gate.answered']): Told => {
  const { answer } = data
  const evidence = answer.evidence === undefined ? undefined : `Evidence: ${answer.evidence}`
  const told = (what: string): Told => ({
    subject: step,
    what,
    why: answer.reason,
    more: sentence(evidence),
  })
  if (answer.skip !== undefined) return { subject: step, what: 'to be skipped', why: answer.skip }
  if (answer.break_glass === true) return told('approved by break-glass, without a second person')
  if (answer.approve !== undefined) return told(answer.approve ? 'approved' : 'rejected')
  if (answer.choose !== undefined) return told(`answered: ${answer.choose}`)
  if (answer.confirm !== undefined) return told(answer.confirm ? 'confirmed' : 'not confirmed')
  if (answer.done !== undefined) return told(answer.done ? 'reported done' : 'reported not done')
  const isSecret = (name: string): boolean => data.secret_values?.includes(name) === true
  const shown = Object.entries(answer.values ?? {}).filter(([name]) => !isSecret(name))
  const values = shown.map(([k, v]) => `${k}=${plainValue(v)}`)
  const secret = (data.secret_values ?? []).map((name) => `${name}=(secret)`)
  return told(
    `answered${[...values, ...secret].length > 0 ? `: ${[...values, ...secret].join(', ')}` : ''}`,
  )
}

const PAUSED = {
  operator: 'paused by the operator',
  waiting: 'paused, waiting for a person',
  hangup: 'paused because the terminal went away',
  unknown_step: 'paused at a step whose outcome is unknown',
  failed_step: 'paused at a failed step',
} as const

const FINISHED = {
  succeeded: 'succeeded',
  failed: 'failed',
  rolled_back: 'was rolled back',
  stopped: 'was stopped',
} as const

const runStarted = (data: EventData['run.started']): Told => {
  // An empty input is one that nobody needed.
  const inputs = Object.entries(data.inputs)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${plainValue(value)}`)
  const range = [data.from && `from step ${data.from}`, data.until && `until step ${data.until}`]
  const only = range.filter(Boolean).join(' ')
  return {
    subject: data.rehearsal === true ? 'rehearsal' : 'run',
    what: `of "${data.runbook.name}" started${only && `, only ${only}`}`,
    more: join(
      data.guided
        ? 'Guided.'
        : data.yes
          ? 'Unattended, changes confirmed by --yes.'
          : 'Unattended.',
      inputs.length > 0 ? `Inputs: ${inputs.join(', ')}.` : undefined,
    ),
  }
}

const finding = (data: EventData['finding.made']): Told => {
  const { says, category, confidence, hypothesis } = data
  const more = failedChecks(untold(data.checks, says))
  if (confidence === undefined) return { subject: 'finding', what: says, more }
  const claim = hypothesis === undefined ? '' : ` "${hypothesis}"`
  if (confidence === 'rejected') return { subject: `ruled out${claim}`, what: says, more }
  const kind = category === undefined || category === 'unknown' ? '' : `, ${category}`
  const on = claim === '' ? '' : ` on${claim}`
  return { subject: `finding (${confidence}${kind})${on}`, what: says, more }
}

/** The items of a `foreach`, the inputs of an included runbook. */
const groupInWords = (group: EventData['step.started']['group']): string | undefined => {
  const { items, inputs } = group ?? {}
  if (items !== undefined) {
    return items.length === 0
      ? 'There are no items.'
      : `Items: ${items.map(plainValue).join(', ')}.`
  }
  const given = Object.entries(inputs ?? {}).map(([name, value]) => `${name}=${plainValue(value)}`)
  return given.length === 0 ? undefined : `Inputs: ${given.join(', ')}.`
}

type Teller = { [T in EventType]: (data: EventData[T], event: EventOf<T>) => Told }

const stepOf = (event: { step?: string }): string => `step ${event.step ?? '?'}`
const undoOf = (event: { step?: string }): string => `undo of ${event.step ?? '?'}`

const declared = (data: EventData['incident.declared']): string => {
  if (data.imported === undefined) return `declared${data.drill === true ? ' as a drill' : ''}`
  return data.effective_at === undefined
    ? 'imported'
    : `declared${happened(data.effective_at, data.precision)}`
}

const TELL: Teller = {
  'incident.declared': (data) => ({
    subject: 'incident',
    what: `${declared(data)}: ${data.title} (${data.severity})`,
    more: known(data.source),
  }),
  'incident.updated': updated,
  'incident.resolved': (data) => ({
    subject: 'incident',
    what: `resolved${happened(data.effective_at, data.precision)}`,
    why: data.reason,
    more: known(data.source),
  }),
  'incident.closed': (data) => ({
    subject: 'incident',
    what: 'closed',
    why: data.reason,
  }),
  'note.added': ({ text, step, by, source, corrects }) => ({
    subject: [
      'note',
      ...(step === undefined ? [] : [`on step ${step}`]),
      ...(corrects === undefined ? [] : [`correcting ${corrects}`]),
    ].join(' '),
    what: by === undefined ? text : `${by}: ${text}`,
    more: source === undefined ? undefined : `(from ${source})`,
  }),
  'command.recorded': (data) => ({
    subject: 'command',
    what: `${shellQuoted(data.argv)} ended with ${data.signal ?? `exit code ${data.exit_code ?? '?'}`} after ${durationInWords(data.duration_ms)}`,
  }),
  'run.started': runStarted,
  'run.paused': (data) => ({ subject: 'run', what: PAUSED[data.why], why: data.reason }),
  'run.resumed': (data) => ({ subject: 'run', what: `of "${data.runbook.name}" resumed` }),
  'run.finished': (data) => ({
    subject: 'run',
    what: FINISHED[data.status],
    why: data.reason,
  }),
  'input.changed': (data) => ({
    subject: 'input',
    what: `${data.name} changed from ${plainValue(data.was)} to ${plainValue(data.value)}`,
  }),
  'step.started': (data, event) => ({
    subject: stepOf(event),
    what: `started${(event.attempt ?? 1) > 1 ? ` (attempt ${event.attempt})` : ''}`,
    why: data.preview,
    more: groupInWords(data.group),
  }),
  'step.finished': (data, event) => ended(stepOf(event), data),
  'step.skipped': (data, event) => ({
    subject: stepOf(event),
    what: data.by === 'operator' ? 'was skipped by the operator' : 'was skipped',
    why: data.reason,
  }),
  'step.settled': (data, event) => ({
    subject: data.undo === true ? undoOf(event) : stepOf(event),
    what: `was settled as ${data.as === 'done' ? 'done' : 'not done'} ${data.how === 'hand' ? 'by a person' : 'by its check'}`,
    why: data.evidence,
  }),
  'gate.opened': (data, event) => ({
    subject: stepOf(event),
    what: 'asks a person',
    why: data.question,
  }),
  'gate.answered': (data, event) => answered(stepOf(event), data),
  'undo.started': (data, event) => ({
    subject: undoOf(event),
    what: 'started',
    why: data.preview,
  }),
  'undo.finished': (data, event) => ended(undoOf(event), data),
  'rollback.requested': (data) => ({
    subject: 'rollback',
    what: `decided${data.to === undefined ? '' : `, down to step ${data.to}`}`,
    why: data.reason,
  }),
  'finding.made': finding,
  ...TELL_OF_REPORT,
  'log.recovered': (data) => ({
    subject: 'log',
    what: `${data.log} recovered: ${data.quarantined_bytes} bytes of an unfinished last line were set aside`,
    more: `They are in ${data.file}, from byte ${data.at_byte}.`,
  }),
}

const tell = (event: IncidentEvent): Told =>
  (TELL[event.type] as (data: unknown, event: IncidentEvent) => Told)(event.data, event)

/** Subjects after which a colon reads better than a verb: `Note: …`. */
const LABELS = /^(?:note|finding|ruled out)/

/** One line, plain text, nothing unseen in it. */
export const describeEvent = (event: IncidentEvent): string => {
  const { subject, what, why, more } = tell(event)
  const reason = why === undefined || why.trim() === '' ? '' : `: ${why}`
  const head = LABELS.test(subject)
    ? `${subject}: ${what}`
    : sentence(`${subject} ${what}${reason}`)
  const line = visibleLine(join(head, more) ?? '')
  return clip(line.charAt(0).toUpperCase() + line.slice(1), MORE_LIMIT)
}

/** `step fix: succeeded in 3.2 s`: one line of at most 100 characters. */
export const commitSubject = (event: IncidentEvent): string => {
  const { subject, what } = tell(event)
  return clip(visibleLine(`${subject}: ${what}`), SUBJECT_LIMIT)
}
