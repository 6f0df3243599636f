import { describe, expect, it } from 'vitest'
import { book, parse, problems } from './kinds.ts'

const rules = (text: string): string[] => {
  const parsed = parse(text)
  if (!parsed.ok) throw new Error(problems(text).join('\n'))
  return parsed.warnings.map(({ code, place }) => `${place.line}:${place.column} ${code}`)
}

describe('lint rules', () => {
  it.each<[string, string, string, string[]]>([
    ['a complete step', '  - {id: a, run: [x], rollback: {run: [y]}, verify: {run: [z]}}', '', []],
    [
      'a change that cannot be undone and is never looked at',
      '  - {id: a, run: [x]}',
      '',
      ['5:5 change-without-rollback', '5:5 change-without-verify'],
    ],
    [
      'a change that a later step looks at',
      '  - {id: a, run: [x], rollback: {run: [y]}}\n  - {id: b, http: {url: "http://x.example.test"}}',
      '',
      [],
    ],
    ['a command that only looks', '  - {id: a, run: [uptime], effect: read}', '', []],
    ['a harmless change', '  - {id: a, run: [x], idempotent: true, expect: exit_code < 2}', '', []],
    [
      'a restore behind a backup',
      '  - {id: dump, backup: {database: app}}\n  - {id: undo, restore: {database: app, from: dump}}',
      'databases: {app: {url: "sqlite:x"}}\n',
      [],
    ],
    [
      'a restore without a backup',
      '  - {id: dump, sql: {database: app, query: x}}\n  - {id: undo, restore: {database: app, from: dump}}',
      'databases: {app: {url: "sqlite:x"}}\n',
      ['7:5 destroy-without-backup'],
    ],
    [
      'unused declarations',
      '  - {id: a, wait: {for: 1s}}',
      'inputs: {x: {type: string}}\nsecrets: {S: {env: S}}\n',
      ['4:10 unused-input', '5:11 unused-secret'],
    ],
    [
      'a gate with fields that do nothing',
      '  - {id: a, ask: {values: {}}, rollback: {run: [x]}}',
      '',
      ['5:5 gate-with-probe'],
    ],
    [
      'findings that drop nothing, or nearly the same',
      [
        '  - {id: a, run: [x], effect: read, finding: {says: no, confidence: rejected}}',
        '  - {id: b, run: [x], effect: read, finding: [{says: y, hypothesis: A stale cache}, {says: n, confidence: rejected, hypothesis: a stale-cache}]}',
        '  - {id: c, run: [x], effect: read, finding: {says: y, hypothesis: the pool is full}}',
        '  - {id: d, run: [x], effect: read, finding: {says: y, hypothesis: the pool is empty}}',
      ].join('\n'),
      '',
      ['5:5 rejected-without-hypothesis', '6:5 hypothesis-twins'],
    ],
  ])('judge %s', (_, steps, more, expected) => {
    expect(rules(book(steps, more))).toEqual(expected)
  })

  it('say that nobody owns the runbook', () => {
    expect(rules('hotwash: 1\nname: x\nsteps: [{id: a, wait: {for: 1s}}]')).toEqual([
      '2:1 missing-owner',
    ])
  })
})
