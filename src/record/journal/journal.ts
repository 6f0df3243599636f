/**
 * The journal of one incident on this machine: the logs, folded, and the one way to append to them.
 * The order of things in `append` is what the record promises; see append.ts.
 */
import { join } from 'node:path'
import { HotwashError } from '../../errors.ts'
import type { Actor, EventDraft, EventType, IncidentEvent } from '../../incident/event.ts'
import { FORMAT } from '../../incident/format.ts'
import { applyEvent } from '../../incident/fold.ts'
import type { Clock, Random } from '../../ports/clock.ts'
import type { Journal } from '../../ports/journal.ts'
import type { ProcessPort } from '../../ports/process.ts'
import type { Redactor } from '../../redact/redactor.ts'
import { logPath } from '../names.ts'
import { withAppendLock } from './append-lock.ts'
import type { NewLine, OpenLog } from './append.ts'
import { appendLines, checkTail, openForAppend } from './append.ts'
import { digestOfLine } from './chain.ts'
import { encodeEvent, withDefaults } from './codec.ts'
import { makeFolder, onDisk, refuseLinks } from './disk.ts'
import { putFile, putSpool, putText, readKept } from './evidence.ts'
import type { Claimant } from './holder.ts'
import { claimant } from './holder.ts'
import { emptyLog } from './log-file.ts'
import type { Logs } from './logs.ts'
import { damageError, newLogs, readAll, readOn } from './logs.ts'
import { maskLine } from './mask-line.ts'
import { quarantine } from './recover.ts'
import { watchFolder } from './watch-folder.ts'

export type JournalOptions = {
  incident: string
  dir: string
  actor: Actor
  /** Name of this responder's log here; asked for when the first event is appended. */
  writer: () => string
  tool: string
  redactor: Redactor
  clock: Clock
  random: Random
  process: ProcessPort
  /** Why nothing can be appended here; undefined for the live journal. */
  readOnly: string | undefined
  /** What may be appended where not everything may. */
  accepts?: ((type: EventType) => boolean) | undefined
  /** Told in words when a torn tail was set aside. */
  onRecovered?: ((words: string) => void) | undefined
}

type Open = JournalOptions & { logs: Logs; own: OpenLog | undefined; by: Claimant | undefined }

/** Never throws for a bad line: what is before it can be read, and `append` names it. */
export function openJournal(options: JournalOptions): Journal {
  const { dir, redactor } = options
  refuseLinks(dir, 'log', 'evidence', 'runbooks', 'local')
  const open: Open = {
    ...options,
    logs: newLogs(dir, options.incident),
    own: undefined,
    by: undefined,
  }
  readOn(open.logs)
  if (open.logs.torn !== undefined && options.readOnly === undefined) recover(open)
  const readAllOnce = latest(open)
  return {
    incident: options.incident,
    dir,
    actor: options.actor,
    state: () => open.logs.state,
    events: readAllOnce,
    damage: () => open.logs.damage && damageError(open.logs, open.logs.damage).message,
    append: (draft) => append(open, [draft])[0] as IncidentEvent,
    appendAll: (drafts) => append(open, drafts),
    putEvidence: (label, text) => putText(writable(open), redactor, { label, text }),
    takeEvidence: (label, spool) => putSpool(writable(open), redactor, { label, spool }),
    readEvidence: (sha256) => readKept(dir, 'evidence', sha256),
    putRunbook: (text) =>
      putFile(writable(open), { folder: 'runbooks', bytes: Buffer.from(text), extension: '.yaml' }),
    readRunbook: (sha256) => readKept(dir, 'runbooks', `${sha256}.yaml`),
    watch: (onGrowth) => watchFolder(open.logs.folder, () => hasNews(open) && onGrowth()),
  }
}

/** Held weakly: a long incident has more events than a run should keep in memory. */
function latest(open: Open): () => readonly IncidentEvent[] {
  let kept: WeakRef<IncidentEvent[]> | undefined
  let of = -1
  return () => {
    const known = of === open.logs.state.events ? kept?.deref() : undefined
    if (known !== undefined) return known
    const events = readAll(open.logs)
    kept = new WeakRef(events)
    of = open.logs.state.events
    return events
  }
}

function writable(open: Open): string {
  if (open.readOnly !== undefined) {
    throw new HotwashError('JOURNAL', open.readOnly, {
      hint: 'its runs go on in the clone where it was declared; here it can be reviewed, noted and published, and its actions checked',
    })
  }
  if (open.logs.damage !== undefined) throw damageError(open.logs, open.logs.damage)
  return open.dir
}

/** Picks up what another process appended. A log that was tampered with is news too: the next append says how. */
function hasNews(open: Open): boolean {
  try {
    return readOn(open.logs)
  } catch {
    return true
  }
}

function append(open: Open, drafts: readonly EventDraft[]): IncidentEvent[] {
  writable(open)
  const strange = drafts.find(({ type }) => open.accepts?.(type) === false)
  if (strange !== undefined)
    throw new HotwashError('JOURNAL', `${strange.type} cannot be recorded in this clone`, {
      hint: 'here only notes, the report and its actions are; the rest where it was declared',
    })
  if (drafts.length === 0) return []
  return locked(open, () => {
    readOn(open.logs)
    writable(open)
    if (open.logs.torn !== undefined) recoverLocked(open)
    return appendLocked(open, drafts)
  })
}

function recover(open: Open): void {
  try {
    locked(open, () => {
      readOn(open.logs)
      if (open.logs.torn !== undefined && open.logs.damage === undefined) recoverLocked(open)
    })
  } catch (error) {
    // Reading must work where nothing can be written; the next append says what is wrong.
    if (!(error instanceof HotwashError) || error.code !== 'JOURNAL') throw error
  }
}

function recoverLocked(open: Open): void {
  const { torn } = open.logs
  if (torn === undefined) return
  const draft = onDisk(open.dir, () => quarantine(open.dir, torn))
  open.logs.torn = undefined
  appendLocked(open, [draft])
  readOn(open.logs)
  const { log, quarantined_bytes: bytes, file } = draft.data
  open.onRecovered?.(
    `${log} ended in the middle of a line; it was recovered, and those ${bytes} bytes are in ${file}`,
  )
}

function locked<T>(open: Open, act: () => T): T {
  const local = join(open.dir, 'local')
  return onDisk(open.dir, () => {
    if (open.by === undefined) {
      makeFolder(local)
      makeFolder(open.logs.folder)
      open.by = claimant(local, { ...open, host: open.actor.host, who: open.actor.name })
    }
    return withAppendLock(open.dir, open.by, act)
  })
}

function appendLocked(open: Open, drafts: readonly EventDraft[]): IncidentEvent[] {
  const own = (open.own ??= openOwn(open))
  checkTail(own)
  const { logs } = open
  const { writer, nextSeq, prev } = own.log
  let next: Link = { seq: nextSeq, clock: logs.state.lastClock + 1, prev }
  const lines = drafts.map((draft): NewLine => {
    const event = complete(open, draft, next)
    const masked = maskLine(open.redactor, event, encodeEvent(event))
    const line = Buffer.from(masked.line)
    next = { seq: next.seq + 1, clock: next.clock + 1, prev: digestOfLine(line) }
    return { event: masked.event, line }
  })
  appendLines(own, lines)
  return lines.map(({ event }) => {
    applyEvent(logs.state, event)
    logs.last = { event, writer }
    return event
  })
}

/** How an event continues its log. */
type Link = Pick<IncidentEvent, 'seq' | 'clock' | 'prev'>

function openOwn(open: Open): OpenLog {
  const { logs } = open
  const writer = open.writer()
  const secret = open.redactor.finds(`${writer} ${open.actor.name} ${open.actor.email}`)
  if (secret !== undefined) {
    throw new HotwashError(
      'SECRET',
      `the name of the log or of its author holds the secret ${secret}`,
      {
        hint: 'names cannot be masked; change user.name and user.email',
      },
    )
  }
  const log = logs.byWriter.get(writer) ?? emptyLog(join(open.dir, logPath(writer)))
  logs.byWriter.set(writer, log)
  return openForAppend(log, logs.folder)
}

function complete(open: Open, draft: EventDraft, link: Link): IncidentEvent {
  const { clock } = open
  return {
    v: FORMAT,
    seq: link.seq,
    clock: link.clock,
    at: new Date(clock.now()).toISOString(),
    mono_ms: Math.round(clock.mono() * 1000) / 1000,
    boot: clock.boot(),
    type: draft.type,
    incident: open.incident,
    ...(draft.run === undefined ? {} : { run: draft.run }),
    ...(draft.step === undefined ? {} : { step: draft.step }),
    ...(draft.attempt === undefined ? {} : { attempt: draft.attempt }),
    actor: open.actor,
    tool: open.tool,
    data: open.redactor.maskValue(withDefaults(draft)),
    prev: link.prev,
  } as IncidentEvent
}
