import { describe, expect, it } from 'vitest'
import { askOn, fillPlace, marksIn, placeMarked } from '../../src/postmortem/to-write.ts'

const ASKED = '> **To write:** two sentences\n> for a stranger.\n<!-- to-write: summary -->\n'

describe('a place that waits for words', () => {
  it('is known by its mark at the start of a line, each name once', () => {
    expect(marksIn(`${ASKED}\n  <!-- to-write: impact -->\n${ASKED}`)).toEqual([
      'summary',
      'impact',
    ])
  })

  it.each([
    '`<!-- to-write: x -->`',
    'see <!-- to-write: x -->',
    '<!-- to-write: X Y -->',
    '# to-write',
  ])('is not %s', (line) => {
    expect(placeMarked(line)).toBeUndefined()
    expect(marksIn(line)).toEqual([])
  })

  it('says what is asked for', () => {
    expect(ASKED.split('\n').map(askOn)).toEqual(['two sentences', undefined, undefined, undefined])
  })

  it('gives way to words, whatever is in them, and to nothing else', () => {
    expect(fillPlace(`a\n\n${ASKED}b\n`, 'summary', 'It was $& so.')).toBe(
      'a\n\nIt was $& so.\nb\n',
    )
    expect(fillPlace(ASKED, 'impact', 'x')).toBe(ASKED)
  })
})
