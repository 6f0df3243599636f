import { expect, test } from 'vitest'
import { withoutUnusedFootnotes } from '../../src/postmortem/footnotes.ts'
import { textOutside } from '../../src/postmortem/text-outside.ts'

const NOTES = '[^e1]: one\n[^e2]: two\n'

test('what is not cited has no footnote', () => {
  expect(withoutUnusedFootnotes(`said [^e2]\n\n${NOTES}`)).toBe('said [^e2]\n\n[^e2]: two\n')
  expect(withoutUnusedFootnotes(`said [^e1][^e2]\n\n${NOTES}`)).toBe(`said [^e1][^e2]\n\n${NOTES}`)
  expect(withoutUnusedFootnotes(`said [^e2]\n\n${NOTES.trimEnd()}`)).toBe(
    'said [^e2]\n\n[^e2]: two',
  )
})

test.each([
  ['in a block of output', '```text\n[^e1] x\n[^e1]: no\n```\n'],
  ['in a longer block', '````text\n```\n[^e1]\n````\n'],
  ['in code', 'cited like `[^e1]`\n'],
  ['escaped', 'says \\[^e1\\]\n'],
])('a mark %s cites nothing, and stays', (_, text) => {
  expect(withoutUnusedFootnotes(`${text}\nsaid [^e2]\n\n${NOTES}`)).toBe(
    `${text}\nsaid [^e2]\n\n[^e2]: two\n`,
  )
})

test('a mark in the head is a part of a value', () => {
  const head = '---\ntitle: "[^e1]"\n---\n'
  expect(withoutUnusedFootnotes(`${head}\n${NOTES}`)).toBe(`${head}\n`)
})

test('e12 is not e1', () => {
  expect(withoutUnusedFootnotes('said [^e12b]\n\n[^e1]: one\n[^e12]: x\n[^e12b]: y\n')).toBe(
    'said [^e12b]\n\n[^e12b]: y\n',
  )
})

test.each([
  'a\n',
  '---\na: 1\n---\nb\n',
  'a\n```\nb\n```\nc ``` d\n````text\n```\n````\n',
  'never closed\n```\nb\n',
  '```a`b',
  'x\n```a`b\n```\nc\n```\n',
  '---\nno end\n',
  '',
])('pieces of %j are the whole', (text) => {
  expect(
    textOutside(text)
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text)
})

test('a hundred thousand fences that are never closed take no time', () => {
  const started = performance.now()
  withoutUnusedFootnotes('``` a\n'.repeat(100_000))
  withoutUnusedFootnotes('[^e'.repeat(200_000))
  withoutUnusedFootnotes('x```'.repeat(100_000))
  expect(performance.now() - started).toBeLessThan(2000)
})
