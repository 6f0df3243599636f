/** Bad texts, one row each: what is wrong, where, and that nothing is thrown. */
import { describe, expect, it } from 'vitest'
import { sha256 } from '../../src/runbook/digest.ts'
import { book, parse, problems } from './kinds.ts'
import { cpuMs } from '../cpu-time.ts'

const bomb = [
  'a0: &a0 [x, x, x, x, x, x, x, x, x]',
  ...Array.from({ length: 9 }, (_, level) => {
    const aliases = Array.from({ length: 9 }, () => `*a${level}`).join(', ')
    return `a${level + 1}: &a${level + 1} [${aliases}]`
  }),
].join('\n')
const one = '  - {id: a, run: [x]}'

describe('YAML that is refused', () => {
  it.each<[string, string, string[]]>([
    ['an alias bomb', bomb, ['5:15 YAML more than 20000 values, aliases expanded']],
    [
      'a duplicate key, with both places',
      book(one, 'owner: other\n'),
      ['4:1 DUPLICATE_KEY key "owner" is given twice; first at line 3, column 1'],
    ],
    ['a key that is a number', '1: a\n"1": b', ['1:1 YAML 1 is a key that is not a string']],
    ['a key that is a list', '? [a]\n: b', ['1:3 YAML this is a key that is not a string']],
    ['an older YAML', '%YAML 1.1\n---\na: yes', ['1:7 YAML YAML 1.1 is not supported']],
    ['a merge key', 'a: &a {b: 1}\nc:\n  <<: *a', ['3:3 YAML merge keys (<<) are not supported']],
    [
      'foreign tags',
      'a: !!js/function x\nb: !foo y\nc: !!binary aGk=',
      ['1:4 YAML Unresolved tag', '2:4 YAML Unresolved tag', '3:4 YAML Unresolved tag'],
    ],
    ['an alias of itself', 'a: &a [*a]', ['1:8 YAML alias *a contains itself']],
    ['an alias without an anchor', 'a: *a', ['1:4 YAML alias *a has no anchor']],
    ['a tab as indent', 'a:\n\tb: 1', ['2:1 YAML a tab indents this line']],
    ['a number that may be octal', 'mode: 0777', ['1:7 YAML 0777 may be octal or decimal']],
    ['an unsafe integer', 'n: 9007199254740993', ['1:4 YAML 9007199254740993 is too large']],
    ['infinity', 'n: .inf', ['1:4 YAML .inf is not a finite number']],
    ['a second document', 'a: 1\n---\nb: 2', ['2:1 YAML a second document begins here']],
    ['nothing', '', ['1:1 RUNBOOK the file is empty']],
    ['only a comment', '# later\n', ['1:1 RUNBOOK the file is empty']],
    ['plain text', 'hello', ['1:1 RUNBOOK this is plain text']],
    ['a list', '- a', ['1:1 RUNBOOK this is a list']],
    ['UTF-16', '\uFFFD\uFFFDh\0o\0t\0', ['1:1 YAML the file looks like UTF-16']],
    ['a NUL byte', 'name: a long text\0', ['1:18 YAML the file holds a NUL byte']],
    ['10,000 open brackets', '['.repeat(10_000), ['1:61 YAML nested deeper than 60']],
    ['10,000 dashes', '- '.repeat(10_000), ['1:121 YAML nested deeper than 60']],
    [
      'deep indentation',
      Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
      ['62:62 YAML nested deeper than 60'],
    ],
    ['20 MB', 'a'.repeat(20_000_000), ['1:1 YAML the file has 20000000 characters']],
    ['__proto__ as a key', '__proto__: {x: 1}', ['1:1 UNKNOWN_KEY unknown key "__proto__"']],
    [
      'constructor as a key',
      book('  - {id: a, run: [x], constructor: 1}'),
      ['5:23 UNKNOWN_KEY unknown key "constructor"'],
    ],
  ])('%s', (_, text, expected) => {
    const began = cpuMs()
    const found = problems(text)
    expect(cpuMs() - began).toBeLessThan(1_000)
    expect(found).toHaveLength(expected.length)
    for (const [index, line] of expected.entries()) expect(found[index]).toContain(line)
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })
})

describe('YAML that is accepted', () => {
  it('takes 150 aliases of one value', () => {
    const vars = Array.from({ length: 150 }, (_, index) => `V${index}: *v`).join(', ')
    const parsed = parse(book(`  - {id: a, run: [&v x], env: {${vars}}}`))
    expect(parsed.ok && Object.keys(parsed.runbook.steps[0]?.body.env ?? {})).toHaveLength(150)
  })

  it('takes a byte order mark and CRLF, digests the raw text, and counts columns without the mark', () => {
    const text = `\uFEFF${book(one).replaceAll('\n', '\r\n')}`
    const parsed = parse(text)
    expect(parsed.ok && parsed.runbook.sha256).toBe(sha256(text))
    expect(problems('\uFEFFnme: x\r\nnme: y\r\n')).toEqual([
      '2:1 DUPLICATE_KEY key "nme" is given twice; first at line 1, column 1',
    ])
  })

  it('keeps yes, no and on as text', () => {
    const parsed = parse(book('  - {id: a, run: [yes, no, on]}'))
    expect(parsed.ok && parsed.runbook.steps[0]?.body.params).toEqual(['yes', 'no', 'on'])
  })
})

const inputs = 'inputs: {name: {type: string, default: x}}\n'
const secret = 'secrets: {KEY: {env: KEY}}\n'

describe('fields that are refused', () => {
  it.each<[string, string, string, string[]]>([
    [
      'a misspelt field',
      '  - {id: a, run: [x], timout: 5m}',
      '',
      ['5:23 UNKNOWN_KEY unknown key "timout" | did you mean "timeout"?'],
    ],
    [
      'a misspelt kind',
      '  - {id: a, rn: [x]}',
      '',
      ['5:13 UNKNOWN_KEY unknown key "rn" | did you'],
    ],
    ['no kind', '  - {id: a}', '', ['5:5 KIND this says nothing to do']],
    [
      'two kinds',
      '  - {id: a, run: [x], wait: {for: 1s}}',
      '',
      ['5:23 KIND run and wait stand side by side'],
    ],
    [
      'limits out of range',
      '  - {id: a, run: [x], timeout: -1}\n  - {id: b, run: [x], timeout: 0s}\n  - {id: c, run: [x], timeout: 1e99}\n  - {id: d, run: [x], timeout: 9000h}',
      '',
      ['5:32 FIELD a duration is', '6:32 FIELD "0s": a', '7:32 FIELD a d', '8:32 FIELD "9000h"'],
    ],
    [
      'an id used twice, with both places',
      '  - {id: a, run: [x]}\n  - {id: a, run: [y]}',
      '',
      ['6:10 DUPLICATE_ID the id "a" is used twice; first at line 5, column 10'],
    ],
    [
      'a step that runs later, with both places',
      '  - {id: a, run: ["${{ steps.b.status }}"]}\n  - {id: b, run: [y]}',
      '',
      ['5:30 STEP_ORDER step "b" runs later (line 6, column 10)'],
    ],
    [
      'a step that is itself',
      '  - {id: a, when: steps.a.status == "x", run: [x]}',
      '',
      ['5:25 STEP_ORDER step "a" cannot use itself'],
    ],
    [
      'an unknown step',
      '  - {id: first, run: [x]}\n  - {id: b, when: steps.frst.status == "x", run: [x]}',
      '',
      ['6:25 EXPRESSION steps has no "frst"; it has first, b | did you mean steps.first?'],
    ],
    [
      'an unknown output',
      '  - {id: a, run: [x], outputs: {size: exit_code}}\n  - {id: b, run: ["${{ steps.a.outputs.sise }}"]}',
      '',
      ['6:40 EXPRESSION steps.a.outputs has no "sise"; it has size | did you mean'],
    ],
    [
      'ids outside of the grammar',
      ['../../x', ')etc', 'CON', '', 'e\u0301tape', 'a'.repeat(300), 'while', 'constructor']
        .map((id) => `  - {id: "${id}", run: [x]}`)
        .join('\n'),
      '',
      [
        '5:10 ID "../../x" cannot',
        '6:10 ID ")etc" cannot',
        '7:10 ID "CON" cannot',
        '8:10 ID "" cannot',
        '9:10 ID ',
        '10:10 ID ',
        '11:10 ID "while" is a reserved word',
        '12:10 ID "constructor" is a reserved word',
      ],
    ],
    [
      'an undefined input, never an empty string',
      '  - {id: a, run: ["${{ inputs.nam }}"]}',
      inputs,
      ['6:31 EXPRESSION inputs has no "nam"; it has name | did you mean inputs.name?'],
    ],
    [
      'a value inside a script',
      '  - id: a\n    run: |\n      echo "{{ .Names }}" ${{ inputs.name }}',
      inputs,
      ['8:27 NOT_RENDERED ${{ }} is not filled in here | pass the value through `env:`'],
    ],
    [
      'a value where nothing is filled in',
      '  - {id: a, name: "On ${{ run.id }}", http: {url: "http://x.example.test", json: {"${{ run.id }}": 1}}}',
      '',
      ['5:23 NOT_RENDERED', '5:84 NOT_RENDERED'],
    ],
    [
      'a condition in braces',
      '  - {id: a, when: "${{ inputs.name == \\"x\\" }}", run: [x]}',
      inputs,
      ['6:19 EXPRESSION this is an expression already | leave ${{ }} out'],
    ],
    [
      'variables that load code or turn git away',
      '  - {id: a, run: [x], env: {LD_PRELOAD: x, NODE_OPTIONS: y, GIT_DIR: z, OK: 1}}',
      '',
      ['5:29 DENIED_ENV a runbook may not set LD_PRELOAD', '5:44 DENIED_ENV', '5:61 DENIED_ENV'],
    ],
    [
      'a secret in argv, a url, an output, a condition and a question',
      [
        '  - {id: a, run: ["${{ secrets.KEY }}"]}',
        '  - {id: b, http: {url: "http://x.example.test/${{ secrets.KEY }}"}}',
        '  - {id: c, run: [x], outputs: {k: secrets.KEY}}',
        '  - {id: d, when: secrets.KEY == "", run: [x]}',
        '  - {id: e, run: [x], confirm: "${{ secrets.KEY }}?"}',
      ].join('\n'),
      secret,
      ['6:32 SECRET_VISIBLE', '7:60 SECRET_VISIBLE', '8:44 S', '9:27 S', '10:45 SECRET_VISIBLE'],
    ],
    [
      'a secret that is written out',
      one,
      'secrets: {KEY: hunter2}\ndatabases: {app: {url: "postgres://u:hunter2@db.example.test/app"}}\n',
      ['4:16 SECRET_LITERAL a secret is never written', '5:24 SECRET_LITERAL this url holds'],
    ],
    [
      'a secret with no source, or two',
      one,
      'secrets:\n  A: {}\n  B: {env: X, file: y}\n  C: {env_file: x}\n  D: {key: x}\n',
      ['5:3 SECRET a secret has', '6:3 SECRET ', '7:3 SECRET ', '8:3 SECRET '],
    ],
    [
      'a change that is repeated blindly',
      '  - {id: a, run: [x], retry: {limit: 3}}',
      '',
      ['5:23 RETRY a step that changes something is not repeated blindly | add `idempotent: true`'],
    ],
    [
      'fields of later versions',
      '  - {id: a, run: [x], on: web}',
      'targets: [web]\n',
      [
        '4:1 NOT_SUPPORTED "targets" is not supported in this version',
        '6:23 NOT_SUPPORTED "on" is not',
      ],
    ],
    [
      'a finding without words, with an unknown word, or about what is not there',
      '  - {id: a, run: [x], finding: {}}\n  - {id: b, run: [x], finding: [{says: x}, {says: y, confidence: sure}]}\n  - {id: c, run: [x], finding: {when: stdout, says: "it is ${{ status }}", hypothesis: "a ${{ 1 }}"}}\n  - {id: d, run: [x], finding: []}\n  - {id: e, run: [x], finding: {says: "${{ secrets.TOKEN }}"}}',
      'secrets: {TOKEN: {env: TOKEN}}\n',
      [
        '6:23 FIELD "says" is missing',
        '7:66 FIELD "sure" is not accepted here; accepted: confirmed, likely, possible, rejected',
        '8:39 EXPRESSION this is string, where true or false is needed',
        '8:64 EXPRESSION unknown name "status"',
        '8:91 NOT_RENDERED ${{ }} is not filled in here',
        '9:32 FIELD at least 1 elements accepted here',
        '10:52 SECRET_VISIBLE secrets.TOKEN may not stand here: findings are recorded',
      ],
    ],
    [
      'conditions that are not conditions',
      '  - {id: a, run: [x], expect: exit_code}\n  - {id: b, run: [x], expect: exit_cod == 0}\n  - {id: c, run: [x], expect: "exit_code == \\"0\\""}\n  - {id: d, run: [x], expect: "exit_code =="}',
      '',
      [
        '5:31 EXPRESSION this is int, where true or false is needed',
        '6:31 EXPRESSION unknown name "exit_cod"',
        '7:31 EXPRESSION no such overload: int == string',
        '8:44 EXPRESSION Unexpected token',
      ],
    ],
    [
      'a value of the wrong type for its field',
      '  - {id: a, http: {url: "http://x.example.test", redirects: "${{ inputs.name }}"}}',
      inputs,
      ['6:66 EXPRESSION this gives string, where number is needed'],
    ],
    [
      'templates that are broken',
      '  - {id: a, run: ["${{ inputs.name", "${{ }}", "${{ 1 + }}"]}',
      inputs,
      ['6:20 EXPRESSION ${{ is never closed', '6:39 EXPRESSION empty', '6:56 EXPRESSION'],
    ],
    [
      'an expression without quotes inside of brackets',
      '  - {id: a, run: [${{ inputs.name }}]}',
      inputs,
      ['6:20 YAML Missing , or : between flow sequence items | put quotes around text'],
    ],
    [
      'references to what is not there',
      [
        '  - {id: a, sql: {database: ap, query: x}}',
        '  - {id: b, restore: {database: app, from: steps.bakup}}',
        '  - {id: c, login: {like: d}}',
        '  - {id: d, run: [x]}',
        '  - {id: e, login: {like: d}}',
      ].join('\n'),
      'secrets: {S: {file: x, refreshed_by: fix}}\ndatabases: {app: {url: "sqlite:x"}}\n',
      [
        '4:38 UNKNOWN_NAME there is no step "fix"',
        '7:29 UNKNOWN_NAME no database "ap" is declared | declared: app',
        '8:44 UNKNOWN_NAME there is no step "bakup"',
        '9:27 FIELD step "d" is not of the kind login but run',
        '11:27 FIELD step "d" is not of the kind login but run',
      ],
    ],
    [
      'defaults that contradict their input',
      one,
      [
        'inputs:',
        '  a: {type: integer, default: x}',
        '  b: {type: string, enum: [p, q], default: r}',
        '  c: {type: string, pattern: "("}',
        '  d: {type: string, minimum: 3}',
        '  f-g: {type: string}',
        '  while: {type: string}',
        '  e: {type: strin}',
        '',
      ].join('\n'),
      [
        '5:31 INPUT',
        '6:44 INPUT',
        '7:30 INPUT',
        '8:30 INPUT',
        '9:3 NAME',
        '10:3 NAME',
        '11:13 FIELD "strin" is not accepted here; accepted: string, integer, number, boolean',
      ],
    ],
    [
      'a newer format',
      one,
      '',
      ['1:1 RUNBOOK format 2 is newer than this hotwash, which reads format 1'],
    ],
  ])('%s', (title, steps, more, expected) => {
    const text = book(steps, more)
    const found = problems(
      title === 'a newer format' ? text.replace('hotwash: 1', 'hotwash: 2') : text,
    )
    expect(found).toHaveLength(expected.length)
    for (const [index, line] of expected.entries()) expect(found[index]).toContain(line)
  })

  it('shows the line with a caret under the place', () => {
    const parsed = parse(book('  - {id: a, run: [x], timout: 5m}'))
    expect(!parsed.ok && parsed.issues[0]).toMatchObject({
      code: 'UNKNOWN_KEY',
      severity: 'error',
      place: { file: 'book.yaml', line: 5, column: 23 },
      excerpt: `  - {id: a, run: [x], timout: 5m}\n${' '.repeat(22)}^`,
    })
  })

  it('does not repeat a secret that is written out', () => {
    const literal = 'secrets: {KEY: hunter2}\ndatabases: {a: {url: "postgres://u:hunter2@h/a"}}\n'
    const parsed = parse(book(one, literal))
    expect(!parsed.ok && parsed.issues).toHaveLength(2)
    expect(JSON.stringify(parsed)).not.toContain('hunter2')
    const misplaced = parse(book(one, 'databases: {a: "postgres://u:hunter2@h/a"}\n'))
    expect(!misplaced.ok && misplaced.issues[0]?.excerpt).toContain('u:*******@h')
    expect(JSON.stringify(misplaced)).not.toContain('hunter2')
  })

  it('reports problems of fields, kinds and expressions of several steps at once', () => {
    expect(
      problems(
        book(
          '  - {id: a, run: [], tiemout: 1m}\n  - {id: b, http: {url: "ftp://x"}, expect: stauts == 1}\n  - {id: c, run: ["${{ inputs.x }}"]}',
        ),
      ).map((line) => line.slice(0, line.indexOf(' '))),
    ).toEqual(['5:18', '5:22', '6:25', '7:31'])
  })
})
