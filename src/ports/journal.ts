/** The record of one incident on this machine, as the engine and the use cases see it. */
import type { Actor, EventDraft, Evidence, IncidentEvent } from '../incident/event.ts'
import type { IncidentState } from '../incident/state.ts'

/** Output that was masked on its way to the disk: at most the first and the last part are kept. */
export type Spooled = { path: string; bytes: number; keptBytes: number; leftOutBytes: number }

export type Journal = {
  readonly incident: string
  /** Absolute path of the live journal: log/, runbooks/, evidence/, local/. */
  readonly dir: string
  readonly actor: Actor
  /** Fold of all events so far, other writers' included. The same object until something was appended. */
  state(): IncidentState
  /** All events in causal order: (clock, writer, seq). */
  events(): readonly IncidentEvent[]
  /** The bad line that makes this incident read-only, in words; what is before it can be read. */
  damage?(): string | undefined
  /** Masks, appends, syncs: durable on return. Throws HotwashError JOURNAL and appends nothing. */
  append(draft: EventDraft): IncidentEvent
  /** The same for many with one sync: an error leaves none of them, a crash perhaps the first ones. */
  appendAll(drafts: readonly EventDraft[]): IncidentEvent[]
  /** Masks and stores; content-addressed, durable on return. */
  putEvidence(label: string, text: string): Evidence
  /** Takes over a spool file, masking it again with what was learned since. */
  takeEvidence(label: string, spool: Spooled): Evidence
  readEvidence(sha256: string): string | undefined
  /** Stores the exact bytes a run executes; returns the sha256. */
  putRunbook(text: string): string
  readRunbook(sha256: string): string | undefined
  /** Called when another process appended; returns the end of the watch. */
  watch(onGrowth: () => void): () => void
}

/** What git knows of the journal so far. */
export type Published = {
  /** undefined without a repository. */
  branch: string | undefined
  commit: string | undefined
  uncommitted: number
  unpushed: number
  /** Why background commits do not happen now, in words; undefined when they do. */
  paused: string | undefined
}

/** Commits in the background. Never throws; what went wrong is in `Published.paused`. */
export type Publisher = {
  /** Something was appended. Returns at once. */
  kick(): void
  /** Waits until all is committed, or `limitMs` passed, or it is paused. */
  flush(limitMs: number): Promise<Published>
}
