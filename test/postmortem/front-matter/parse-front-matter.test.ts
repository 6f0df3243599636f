import { describe, expect, test } from 'vitest'
import {
  parseFrontMatter,
  splitHead,
} from '../../../src/postmortem/front-matter/parse-front-matter.ts'

const read = (...lines: string[]) =>
  parseFrontMatter(
    ['---', 'hotwash: 1', ...lines, '---', '', '# Report', ''].join('\n'),
    'postmortem.md',
  )

/** `line:column message` of each problem. */
const problems = (...lines: string[]): string[] =>
  read(...lines).issues.map(({ place, message }) => `${place.line}:${place.column} ${message}`)

describe('a line of dashes', () => {
  test.each([
    ['and a field', '---\ntitle: x\n---\n# R\n', true],
    ['a blank line and a field', '---\n\n\ntitle: x\n---\n# R\n', true],
    [
      'a blank line, a comment and a head of hotwash',
      '---\n\n# ours\nhotwash: 1\n---\n# R\n',
      true,
    ],
    ['nothing', '---\n\n---\n# R\n', true],
    ['a blank line and a heading', '---\n\n# R\n\nDate: 2026-03-04\n\n---\n', false],
    ['a blank line and words', '---\r\n\r\nLogins failed.\r\n\r\n---\r\n', false],
  ])('before %s', (_, text, isHead) => {
    expect(splitHead(text) !== undefined).toBe(isHead)
  })
})

describe('the head of a report', () => {
  test('may say everything that people know', () => {
    const { head, issues, placeOf } = read(
      'detection_source: {unknown: the pager has no log of that night}',
      'services: [login]',
      'roles: {incident_commander: Maria Example}',
      'impact:',
      '  numbers: {users: 1200, failed_logins: {about: 300}, orders: {between: [10, 20]}}',
      '  says: nobody could log in',
      'trigger: a migration was rolled out',
      'contributing_factors:',
      '  - {id: migration, says: the column was renamed}',
      '  - {id: no-check, says: nothing compared the two, because: [migration]}',
      'actions:',
      '  - {id: alert, title: Alert on failed logins, type: detect, due: 2026-12-01}',
      '  - {id: check, title: Compare, type: prevent, done_when: {run: [npm, test], expect: exit_code == 0}}',
    )
    expect(issues).toEqual([])
    expect(head?.impact).toMatchObject({ numbers: { failed_logins: { about: 300 } } })
    expect(head?.actions?.[0]?.due).toBe('2026-12-01')
    expect(placeOf(['actions', 1, 'done_when'])).toEqual({ line: 15, column: 59 })
  })

  test.each([
    ['a word that is none', ['detection_source: pager'], /^3:19 .*accepted: monitoring, customer/],
    [
      'a day of another form',
      ['actions: [{id: a, title: A, type: detect, due: 1.12.2026}]'],
      /^3:\d+ .*a day, such as 2026-12-01/,
    ],
    ['a field that does not exist', ['severty: SEV1'], /^3:1 unknown key "severty"/],
    [
      'a number that is text',
      ['impact: {numbers: {users: many}}'],
      /^3:27 expected a number or a map/,
    ],
    [
      'bounds in the wrong order',
      ['impact: {numbers: {users: {between: [20, 10]}}}'],
      /^3:37 .*smaller number/,
    ],
    [
      'a date that is none',
      ['actions: [{id: a, title: b, type: detect, due: 2026-02-30}]'],
      /^3:48 /,
    ],
    [
      'an action that is of no type',
      ['actions: [{id: a, title: b, type: fix}]'],
      /^3:35 .*accepted: prevent/,
    ],
    [
      'two actions with one id',
      ['actions:', '  - {id: a, title: b, type: detect}', '  - {id: a, title: c, type: detect}'],
      /^5:10 "a": there is another one/,
    ],
    [
      'a factor that nothing brought about',
      ['contributing_factors:', '  - {id: a, says: b, because: [c]}'],
      /^4:32 "c": there is no factor .*: a$/,
    ],
    [
      'a factor that brought itself about',
      ['contributing_factors:', '  - {id: a, says: b, because: [a]}'],
      /^4:32 .*itself/,
    ],
    ['a time without a zone', ['detected_at: 2026-11-21T10:00:00'], /^3:14 /],
    ['YAML that is none', ['services: [login'], /^\d+:\d+ /],
    ['a key that is there twice', ['title: a', 'title: b'], /^4:1 /],
  ])('%s is told at its place', (_, lines, wanted) => {
    const found = problems(...lines)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(wanted)
  })

  test('a problem is shown with its line and a caret', () => {
    expect(read('detection_source: pager').issues[0]).toMatchObject({
      place: { file: 'postmortem.md', line: 3, column: 19 },
      excerpt: `detection_source: pager\n${' '.repeat(18)}^`,
    })
  })

  test('a newer head is refused, and not half understood', () => {
    const { head, issues } = parseFrontMatter('---\nhotwash: 2\n---\n', 'postmortem.md')
    expect(head).toBeUndefined()
    expect(issues[0]?.message).toMatch(/2 is not accepted here; accepted: 1/)
  })

  test('a head without an end is told; a text that begins with a rule is none', () => {
    const text = '---\n# of us\nhotwash: 1\ntitle: x\n\n# Report\n'
    expect(parseFrontMatter(text, 'postmortem.md').issues[0]).toMatchObject({
      message: 'the head that begins here has no end',
      place: { line: 1, column: 1 },
    })
    expect(parseFrontMatter('---\n\nSome words\n', 'postmortem.md').issues).toEqual([])
    expect(parseFrontMatter('# Report\n', 'postmortem.md').issues).toEqual([])
  })
})
