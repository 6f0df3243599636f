/** A journal that forgets: for guards and plans, which declare no incident and leave nothing behind. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Actor, EventDraft, Evidence, IncidentEvent } from '../incident/event.ts'
import { FIRST_PREV, FORMAT } from '../incident/format.ts'
import { applyEvent, emptyState } from '../incident/fold.ts'
import type { Clock } from '../ports/clock.ts'
import type { Journal } from '../ports/journal.ts'
import type { Redactor } from '../redact/redactor.ts'
import { sha256 } from '../runbook/digest.ts'

export type DraftJournal = Journal & { close(): void }

export function draftJournal(from: {
  actor: Actor
  tool: string
  clock: Clock
  redactor: Redactor
}): DraftJournal {
  const incident = 'plan'
  const dir = mkdtempSync(join(tmpdir(), 'hotwash-plan-'))
  const state = emptyState(incident)
  const events: IncidentEvent[] = []
  const kept = new Map<string, string>()
  const runbooks = new Map<string, string>()
  const put = (label: string, text: string): Evidence => {
    const masked = from.redactor.mask(text)
    const digest = sha256(masked)
    kept.set(digest, masked)
    return { label, sha256: digest, bytes: Buffer.byteLength(masked) }
  }
  const append = (draft: EventDraft): IncidentEvent => {
    const event = {
      v: FORMAT,
      seq: events.length,
      clock: events.length + 1,
      at: new Date(from.clock.now()).toISOString(),
      mono_ms: from.clock.mono(),
      boot: from.clock.boot(),
      incident,
      actor: from.actor,
      tool: from.tool,
      prev: FIRST_PREV,
      ...draft,
    } as IncidentEvent
    events.push(event)
    applyEvent(state, event)
    return event
  }
  return {
    incident,
    dir,
    actor: from.actor,
    state: () => state,
    events: () => events,
    append,
    appendAll: (drafts) => drafts.map(append),
    putEvidence: put,
    takeEvidence(label, spool) {
      const text = readFileSync(spool.path, 'utf8')
      rmSync(spool.path, { force: true })
      return put(label, text)
    },
    readEvidence: (digest) => kept.get(digest),
    putRunbook(text) {
      const digest = sha256(text)
      runbooks.set(digest, text)
      return digest
    },
    readRunbook: (digest) => runbooks.get(digest),
    watch: () => () => {},
    close: () => rmSync(dir, { recursive: true, force: true }),
  }
}
