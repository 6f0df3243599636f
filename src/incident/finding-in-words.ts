import type { EventData } from './event.ts'

/** `FINDING (likely, database): …` or `RULED OUT "a stale cache": …`: words, and not a color, say which. */
export const findingInWords = (data: EventData['finding.made']): string => {
  const { says, category, confidence, hypothesis } = data
  const claim = hypothesis === undefined ? '' : ` "${hypothesis}"`
  if (confidence === 'rejected') return `RULED OUT${claim}: ${says}`
  const about = [confidence, category === 'unknown' ? undefined : category].filter(Boolean)
  const how = about.length === 0 ? '' : ` (${about.join(', ')})`
  return `FINDING${how}${claim === '' ? '' : ` on${claim}`}: ${says}`
}
