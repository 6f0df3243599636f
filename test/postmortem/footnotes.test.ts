import { expect, test } from 'vitest'
import { marksCitedBy, withoutUnusedFootnotes } from '../../src/postmortem/footnotes.ts'
import { markdownLines } from '../../src/postmortem/markdown-lines.ts'
import { tidy } from '../../src/postmortem/tidy.ts'
import { cpuMs } from '../cpu-time.ts'

const clean = (markdown: string): string =>
  withoutUnusedFootnotes(markdownLines(markdown)).lines.join('\n')

const NOTES = '[^e1]: one\n[^e2]: two\n'

test('what is not cited has no footnote', () => {
  expect(clean(`said [^e2]\n\n${NOTES}`)).toBe('said [^e2]\n\n[^e2]: two\n')
  expect(clean(`said [^e1][^e2]\n\n${NOTES}`)).toBe(`said [^e1][^e2]\n\n${NOTES}`)
  expect(clean(`said [^e2]\n\n${NOTES.trimEnd()}`)).toBe('said [^e2]\n\n[^e2]: two')
})

test.each([
  ['in a block of output', '```text\n[^e1] x\n[^e1]: no\n```\n'],
  ['in a longer block', '````text\n```\n[^e1]\n````\n'],
  ['in code', 'cited like `[^e1]`\n'],
  ['escaped', 'says \\[^e1\\]\n'],
])('a mark %s cites nothing, and stays', (_, text) => {
  expect(clean(`${text}\nsaid [^e2]\n\n${NOTES}`)).toBe(`${text}\nsaid [^e2]\n\n[^e2]: two\n`)
})

test('a mark in the head is a part of a value', () => {
  const head = '---\ntitle: "[^e1]"\n---\n'
  expect(clean(`${head}\n${NOTES}`)).toBe(`${head}\n`)
})

test('what people cite elsewhere keeps its footnote', () => {
  const { lines } = withoutUnusedFootnotes(markdownLines(`said [^e2]\n\n${NOTES}`), new Set(['e1']))
  expect(lines.join('\n')).toBe(`said [^e2]\n\n${NOTES}`)
})

test('a report cites what its text cites, not its head, code or footnotes', () => {
  const head = '---\ntitle: "[^e1]"\n---\n'
  const text = `${head}Full [^e2]: it was \`[^e3]\`.\n\n\`\`\`\n[^e4]\n\`\`\`\n[^e5]: five\n`
  expect([...marksCitedBy(text)]).toEqual(['e2'])
})

test('e12 is not e1', () => {
  expect(clean('said [^e12b]\n\n[^e1]: one\n[^e12]: x\n[^e12b]: y\n')).toBe(
    'said [^e12b]\n\n[^e12b]: y\n',
  )
})

test.each([
  ['---\na:  1 \n\n\nb\n---\nb  \n\n\n\nc', '---\na:  1 \n\n\nb\n---\nb\n\nc\n'],
  [
    'a\n````text\n```\n| x | y |\n\n\n b \n````\nc',
    'a\n````text\n```\n| x | y |\n\n\n b \n````\nc\n',
  ],
  ['never closed\n```\nb  \n', 'never closed\n```\nb\n'],
  ['---\nno end  \n', '---\nno end\n'],
  ['```a`b\n\n\nx', '```a`b\n\nx\n'],
  ['', '\n'],
])('what is not text stays as it is: %j', (markdown, expected) => {
  expect(tidy(markdownLines(markdown))).toBe(expected)
})

test('a hundred thousand fences that are never closed take no time', () => {
  const started = cpuMs()
  clean('``` a\n'.repeat(100_000))
  clean('[^e'.repeat(200_000))
  clean('x```'.repeat(100_000))
  expect(cpuMs() - started).toBeLessThan(2000)
})
