import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const fixtureFile = (name: string): string =>
  join(import.meta.dirname, '..', 'fixtures', 'post-mortems', `${name}.md`)

export const fixture = (name: string): string => readFileSync(fixtureFile(name), 'utf8')

/**
 * What a reader reads: sentences without the marks of Markdown, lines of a paragraph joined, every
 * word in its order, so that nothing can be lost or torn apart unnoticed.
 */
export const sentencesOf = (markdown: string): string[] =>
  markdown
    .split(/\n(?=\s*\n|[ \t]*(?:#|[-*+\u2013][ \t]|\d+[.)][ \t]|>|\||```|<))|\n[=-]{3,}\n/)
    .flatMap((block) => wordsOf(block).split(/(?<=[.!?:;]) /))
    .filter((sentence) => /\p{L}/u.test(sentence))

export const wordsOf = (markdown: string): string =>
  markdown
    .replace(/^[ \t]*(?:#{1,6}|[-*+]|\d+[.)]|>)[ \t]+/gm, '')
    .replace(/^(?:\+{3}|[=-]{3,})$/gm, ' ')
    .replace(/[*_`|\\]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
