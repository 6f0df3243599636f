import { describe, expect, test } from 'vitest'
import { clip, visibleBlock, visibleLine } from '../../src/incident/visible.ts'

describe('what a terminal would act on becomes visible', () => {
  test.each([
    ['right-to-left override', 'a\u202Eb', 'a\\u{202E}b'],
    ['zero-width space', 'a\u200Bb', 'a\\u{200B}b'],
    ['escape', 'a\u001B[2Jb', 'a\\u{001B}[2Jb'],
    ['line ends', 'a\r\n b\u2028c', 'a b c'],
    ['lone surrogate', 'a\uD800b', 'a\\u{D800}b'],
  ])('%s', (_, text, seen) => {
    expect(visibleLine(text)).toBe(seen)
  })

  test('in a block, colors, links and clipboard sequences go, and line ends stay', () => {
    const text =
      '\u001B[31mred\u001B[0m\n\u001B]8;;http://x.test\u001B\\link\u001B]8;;\u001B\\ \u001B]52;c;aGk=\u0007\tend\u0007'
    expect(visibleBlock(text)).toBe('red\nlink \tend\\u{0007}')
  })
})

describe('joiners', () => {
  test.each([
    ['a family', '👨\u200D👩\u200D👧'],
    ['a skin tone', '👩🏽\u200D🚒'],
    ['a heart with its variation', '❤\uFE0F\u200D🔥'],
    ['Persian', 'می\u200Cخواهم'],
    ['Hindi', 'क्\u200Dष'],
    ['Bengali', 'র\u200D্যাব'],
    ['Sinhala', 'ශ්\u200Dරී'],
    ['Malayalam, at the end of a word', 'അവന്\u200D വന്നു'],
  ])('stay where the script needs them: %s', (_, text) => {
    expect(visibleLine(text)).toBe(text)
    expect(visibleBlock(text)).toBe(text)
  })

  test.each([
    ['between Latin letters', 'ad\u200Dmin', 'ad\\u{200D}min'],
    ['beside Latin letters', 'می\u200Cadmin', 'می\\u{200C}admin'],
    ['between Cyrillic letters', 'ло\u200Cгин', 'ло\\u{200C}гин'],
    ['at an end', 'می\u200C', 'می\\u{200C}'],
    ['after an emoji alone', '🔥\u200Dx', '🔥\\u{200D}x'],
    ['the wrong one between emoji', '🔥\u200C🔥', '🔥\\u{200C}🔥'],
    ['two in a row', 'می\u200C\u200Cخ', 'می\\u{200C}\\u{200C}خ'],
    ['beside a mark of direction', 'می\u200C\u202Eخ', 'می\\u{200C}\\u{202E}خ'],
  ])('are shown where they can only deceive: %s', (_, text, seen) => {
    expect(visibleLine(text)).toBe(seen)
    expect(visibleBlock(text)).toBe(seen)
  })

  test('are not what is left of what was cut', () => {
    expect(clip('👨\u200D👩\u200D👧', 4)).toBe('👨…')
  })
})
