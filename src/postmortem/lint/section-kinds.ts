/** What a section is about, by its title and those above it, in the words of the known templates. */
import type { Section } from '../../markdown/document.ts'

const KINDS = {
  actions:
    /\b(?:actions?|action items?|follow[- ]?ups?|next steps|remediations?|to-?dos?|improvements?|corrective (?:actions|measures)|prevent(?:ion|ative|ive)\b.*)/i,
  causes:
    /\b(?:causes?|root|triggers?|contributing|why (?:did )?(?:it|this)|what went wrong|5 whys|five whys)\b/i,
  timeline:
    /\b(?:time ?lines?|chronolog\w+|sequence of events|course of events|what happened|event log|key events)\b/i,
  detection:
    /\b(?:detect\w+|how (?:did we|was it|it was) (?:notice|detect|find|found|discover)\w*|identified)\b/i,
  impact: /\b(?:impact\w*|affected|customer experience|effects?|damage)\b/i,
} as const

export type SectionKind = keyof typeof KINDS

/** The title of the whole names a timeline, too, where the report is one. */
export const isTimelineTitle = (title: string): boolean =>
  KINDS.timeline.test(title) && !/\b(?:incident|outage|post-?mortem) report\b/i.test(title)

export const isAbout = ({ path }: Section, kind: SectionKind): boolean =>
  path.some((title) => KINDS[kind].test(title))
