/**
 * What the present report began as: the base of merging. It is kept as evidence, so that whoever
 * changes it is found out by `audit verify`.
 */
import type { EventOf } from '../../incident/event.ts'
import type { Evidence } from '../../incident/event.ts'
import type { Journal } from '../../ports/journal.ts'
import { EVIDENCE_CAP_BYTES } from '../../record/journal/evidence.ts'
import { sha256 } from '../../runbook/digest.ts'

type RenderedEvent = EventOf<'postmortem.rendered'>

/** Oldest first. */
const renderedOf = (journal: Journal): RenderedEvent[] =>
  journal
    .events()
    .flatMap((event) => (event.type === 'postmortem.rendered' ? [event as RenderedEvent] : []))

/** The template of the last render. */
export const lastTemplate = (journal: Journal): string | undefined =>
  renderedOf(journal).at(-1)?.data.template

export type Base =
  /** Nobody has changed it since it was rendered. */
  | { is: 'unedited'; text: string }
  | { is: 'edited'; text: string; damaged?: boolean }
  /** Rendered by a first version, which kept no base, or not by hotwash at all. */
  | { is: 'unknown' }

export const baseOf = (journal: Journal, present: string): Base => {
  const digest = sha256(present)
  const events = renderedOf(journal).toReversed()
  if (events.some(({ data }) => data.sha256 === digest)) return { is: 'unedited', text: present }
  // The render that wrote exactly this text, else the last one that kept what it rendered.
  const wrote = events.filter(({ data }) => data.merged === digest)
  let damaged = false
  for (const { data } of [...wrote, ...events]) {
    if (data.evidence?.some((kept) => kept.sha256 === data.sha256) !== true) continue
    const text = journal.readEvidence(data.sha256)
    // Merging with an older one is right, too: what both sides have made of it since is the same.
    if (text !== undefined) return { is: 'edited', text, damaged }
    damaged = true
  }
  return { is: 'unknown' }
}

/** Exactly these bytes; undefined where they are too many to keep, or not what would be kept. */
export const keepRendered = (
  journal: Journal,
  text: string,
  mask: (text: string) => string,
): Evidence | undefined =>
  Buffer.byteLength(text) > EVIDENCE_CAP_BYTES || mask(text) !== text
    ? undefined
    : journal.putEvidence('post-mortem as rendered', text)
