/** Reads a log of any length and counts what went wrong in it, by category and by message. */
import { resolve } from 'node:path'
import { grouped } from '../../incident/size.ts'
import { clip, visibleLine } from '../../incident/visible.ts'
import { shellQuoted } from '../../incident/shell-quoted.ts'
import type { Value } from '../../incident/value.ts'
import type { ActionKind, Outcome, StepContext } from '../kind.ts'
import { firstTimeMs } from './logs/beginning.ts'
import { createCounts, type Counts } from './logs/count.ts'
import type { Zone } from './logs/log-time.ts'
import { momentMs, params, type LogsParams } from './logs/params.ts'
import { rulesOf, type Rules } from './logs/rules.ts'
import { createLogScan, EndlessPattern, MAX_LINE_BYTES, type LogScan } from './logs/scan-log.ts'
import { readSource, type Source } from './logs/source.ts'

const MAX_MESSAGE_CHARS = 300

export const logs: ActionKind<typeof params> = {
  type: 'action',
  kind: 'logs',
  summary: 'counts the errors in a log by category, with samples, since a time',
  params,
  example: `logs: {file: app.log, since: 1h, categories: {database: [ECONN, "Failed query"]}}
expect: categories.database.count == 0`,
  effect: 'read',
  outcome: {
    total: 'int',
    lines: 'int',
    categories: 'dyn',
    first_seen: 'string',
    last_seen: 'string',
    outside: 'int',
    without_time: 'int',
    skipped: 'int',
    read_to: 'int',
    duration_ms: 'int',
  },
  shapes: {
    categories: `{NAME: {count, first_seen, last_seen, samples: [{message, count, at, …}]}}, also of those with none`,
  },
  expect: 'true',
  defaultOutputs: { total: 'total', read_to: 'read_to' },
  timeoutMs: 600_000,
  plan: planOf,
  target: ({ file, command }) => file ?? command?.[0] ?? '',
  run,
}

function planOf(asked: LogsParams): string {
  const { file, command, since, until, categories } = asked
  const source = file ?? `the output of ${shellQuoted(command ?? [])}`
  const window = [since && `since ${since}`, until && `until ${until}`].filter(Boolean).join(' ')
  const what =
    categories === undefined
      ? 'errors by category'
      : `lines by the patterns of ${Object.keys(categories).join(', ')}`
  return `reads ${source}${window && `, ${window},`} and counts ${what}`
}

async function run(asked: LogsParams, context: StepContext): Promise<Outcome> {
  const nowMs = context.ports.clock.now()
  const beganMs = context.ports.clock.mono()
  const rules = rulesOf(asked)
  const zone: Zone = { zone: asked.zone, nowMs }
  const sinceMs = asked.since === undefined ? -Infinity : momentMs(asked.since, nowMs)
  const counts = createCounts({
    rules,
    window: {
      sinceMs,
      untilMs: asked.until === undefined ? Infinity : momentMs(asked.until, nowMs),
    },
    zone,
    format: asked.format,
    mask: (text) => context.mask(text),
  })
  const scan = createLogScan(rules, (found) => counts.add(found))
  let beginsMs: number | undefined
  let source: Source
  try {
    source = await readSource(asked, context, (bytes) => {
      beginsMs ??= firstTimeMs(bytes, zone) ?? Infinity
      scan.push(bytes)
    })
    if (source.failed !== undefined) return source.failed
    scan.end()
  } catch (error) {
    if (!(error instanceof EndlessPattern)) throw error
    return { ended: 'failed', reason: error.message, data: {}, evidence: [] }
  }
  if (beginsMs !== undefined && beginsMs > sinceMs && Number.isFinite(sinceMs)) {
    source.notes.push(...(await olderNote(asked, context)))
  }
  const durationMs = Math.round(context.ports.clock.mono() - beganMs)
  return outcomeOf(asked, { source, rules, counts, scan, durationMs })
}

/** A rotated log goes on in another file, and what is not looked at must not look like nothing. */
async function olderNote({ file }: LogsParams, context: StepContext): Promise<string[]> {
  if (file === undefined) return []
  const path = resolve(context.cwd, file)
  for (const older of ['.1', '.1.gz', '.0']) {
    const found = await context.ports.files.readRegular(path + older, 0)
    if (found.is === 'missing') continue
    const both = `command: [zcat, -f, ${file}${older}, ${file}]`
    return [
      `${file} does not reach back to \`since\`, and ${file}${older} is there: it was not read; read both with ${both}`,
    ]
  }
  return []
}

type Done = { source: Source; rules: Rules; counts: Counts; scan: LogScan; durationMs: number }

function outcomeOf(asked: LogsParams, done: Done): Outcome {
  const { source, counts, scan } = done
  const data: Record<string, Value> = {
    total: counts.total(),
    lines: scan.lines(),
    ...counts.data(asked.samples),
    outside: counts.outside(),
    without_time: counts.withoutTime(),
    skipped: counts.skipped(),
    read_to: source.readTo,
    duration_ms: done.durationMs,
  }
  const table = tableOf(data)
  return {
    ended: 'completed',
    data,
    evidence: [{ label: 'log', text: `${table}\n` }],
    notes: [summaryOf(data), ...source.notes, ...notesOf(asked, done)],
  }
}

type Category = { count: number; first_seen: string; last_seen: string; samples: Sample[] }
type Sample = { message: string; count: number } & Record<string, string | number>

const categoriesOf = (data: Record<string, Value>): [string, Category][] =>
  Object.entries(data['categories'] as unknown as Record<string, Category>)

function summaryOf(data: Record<string, Value>): string {
  const parts = categoriesOf(data)
    .filter(([, { count }]) => count > 0)
    .map(([name, { count }]) => `${count} ${name}`)
  const found = parts.length === 0 ? 'nothing found' : parts.join(', ')
  const lines = Number(data['lines'])
  return `${grouped(lines)} ${lines === 1 ? 'line' : 'lines'}: ${found}`
}

/** For the record: one line a category, and its messages below it. */
function tableOf(data: Record<string, Value>): string {
  const lines = categoriesOf(data).flatMap(([name, { count, samples, ...seen }]) => {
    const when = seen.first_seen === '' ? '' : `, ${seen.first_seen} to ${seen.last_seen}`
    return [`${name}: ${count}${when}`, ...samples.map(sampleLine)]
  })
  return [summaryOf(data), ...lines].join('\n')
}

function sampleLine({ message, count, ...context }: Sample): string {
  const where = Object.entries(context).map(([key, value]) => `${key} ${value}`)
  const line = `  ${count} x ${clip(visibleLine(message), MAX_MESSAGE_CHARS)}`
  return where.length === 0 ? line : `${line} (first: ${visibleLine(where.join(', '))})`
}

function notesOf(asked: LogsParams, { rules, counts, scan }: Done): string[] {
  const notes: string[] = []
  const isBounded = asked.since !== undefined || asked.until !== undefined
  if (isBounded && counts.withoutTime() > 0) {
    notes.push(
      `${counts.withoutTime()} of the entries found have no readable time: they are counted, whenever they were written`,
    )
  }
  if (counts.assumedZone()) {
    const zone = asked.zone === 'utc' ? 'UTC' : "this machine's zone"
    notes.push(`some times name no zone: they were read as of ${zone}`)
  }
  if (scan.longLines() > 0) {
    notes.push(
      `${scan.longLines()} lines are longer than ${MAX_LINE_BYTES} bytes: only their beginning was looked at`,
    )
  }
  if (counts.skipped() > 0) {
    notes.push(`${counts.skipped()} lines that may match are no JSON, and were skipped`)
  }
  if (rules.always.length > 0) {
    notes.push(
      `${rules.always.length} patterns need no text of three letters, so that every line was tried: slower`,
    )
  }
  return notes
}
