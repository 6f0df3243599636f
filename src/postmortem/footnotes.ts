/**
 * The view offers a footnote for each event that it cites anywhere; a template prints a part of the
 * view. What is not cited on the page has no footnote on it.
 */
import { textOutside } from './text-outside.ts'

const MARK = /(?<![`\\])\[\^(e\d+[a-z]?\d*)\](?!: )/g
const NOTE = /^\[\^(e\d+[a-z]?\d*)\]: .*\n?/gm

export const withoutUnusedFootnotes = (markdown: string): string => {
  const parts = textOutside(markdown)
  const cited = new Set<string>()
  for (const { text, isText } of parts)
    if (isText) for (const [, mark = ''] of text.matchAll(MARK)) cited.add(mark)
  return parts
    .map(({ text, isText }) =>
      isText ? text.replace(NOTE, (note, mark: string) => (cited.has(mark) ? note : '')) : text,
    )
    .join('')
}
