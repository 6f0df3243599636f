/** Groups of steps as they are written: what is accepted, and what is refused where. */
import { describe, expect, it } from 'vitest'
import { parseRunbook } from '../../src/runbook/parse.ts'
import { KINDS } from '../../src/steps/registry.ts'
import { loadFrom } from './included.ts'

const read = (steps: string, others: Record<string, string> = {}, more = '') =>
  parseRunbook({
    text: `hotwash: 1\nname: A test\nowner: team\n${more}steps:\n${steps}\n`,
    path: 'book.yaml',
    kinds: KINDS,
    load: loadFrom(others),
  })

/** Of errors: `file:line:column CODE message`. */
function errors(steps: string, others: Record<string, string> = {}, more = ''): string[] {
  const parsed = read(steps, others, more)
  return (parsed.ok ? [] : parsed.issues).map(
    ({ place, code, message }) => `${place.file}:${place.line}:${place.column} ${code} ${message}`,
  )
}
const inner = (steps: string, more = ''): string =>
  `hotwash: 1\nname: In\nowner: t\n${more}steps:\n${steps}\n`
const ECHO = 'run: [echo, x], effect: read'

describe('parallel', () => {
  it.each([
    [
      'a gate',
      '{id: a, ask: {values: {x: {type: string}}}}',
      '5:40 PARALLEL step a runs at the same time as the others in p, and ask waits for a person',
    ],
    [
      'a decision',
      '{id: a, decide: {question: q, options: {x: {}, y: {}}}}',
      '5:40 PARALLEL step a runs at the same time as the others in p, and decide waits for a person',
    ],
    [
      'the terminal',
      '{id: a, run: [x], tty: true}',
      '5:50 PARALLEL step a runs at the same time as the others in p, and the terminal cannot be handed to one of them',
    ],
    [
      'a confirmation',
      '{id: a, run: [x], confirm: Sure?}',
      '5:50 PARALLEL step a runs at the same time as the others in p, and would ask before it runs',
    ],
    [
      'destruction',
      '{id: a, run: [x], effect: destroy}',
      '5:40 PARALLEL step a runs at the same time as the others in p, and destroys, which a person confirms first',
    ],
    [
      'a gate in a group in it',
      `{id: f, foreach: {in: "[1]", as: n, steps: [{id: a, manual: {instruction: i}}]}}`,
      '5:84 PARALLEL step a runs at the same time as the others in p, and manual waits for a person',
    ],
    ['no steps', '', '5:31 STEP expected a list of 1 to 100 steps'],
    [
      'another limit',
      `{id: a, ${ECHO}}], limit: 33, "x": [`,
      '5:79 FIELD 33: at most 32 accepted here',
    ],
  ])('refuses %s', (_, member, expected) => {
    const found = errors(`  - {id: p, parallel: {steps: [${member}]}}`).join('\n')
    expect(found).toContain(expected)
  })

  it('may destroy where the group asks first', () => {
    expect(
      errors(
        '  - {id: p, confirm: Sure?, parallel: {steps: [{id: a, run: [x], effect: destroy}]}}',
      ),
    ).toEqual([])
  })

  it('keeps its members from using each other, and itself', () => {
    expect(
      errors(`  - id: p
    parallel:
      steps:
        - {id: a, ${ECHO}, outputs: {o: stdout}}
        - {id: b, run: [echo, "\${{ steps.a.outputs.o }}"], effect: read}
        - {id: c, when: steps.p.status == "running", ${ECHO}}
  - {id: after, run: [echo, "\${{ steps.a.outputs.o }} \${{ steps.p.outputs.failed }}"], effect: read}`),
    ).toEqual([
      'book.yaml:9:42 STEP_ORDER step "a" runs at the same time, in p',
      'book.yaml:10:31 STEP_ORDER p has not ended yet here: this is one of its steps',
    ])
  })
})

describe('foreach', () => {
  const each = (params: string): string => `  - {id: each, foreach: {${params}}}`
  it.each([
    ['a list that is none', 'in: "1 + 1", as: n', 'this is int, where a list is needed'],
    ['a list of YAML', 'in: [a], as: n', 'expected CEL that gives a list'],
    [
      'a secret',
      'in: "[secrets.TOKEN]", as: n',
      'secrets.TOKEN may not stand here: the items are recorded',
    ],
    ['a reserved word', 'in: "[1]", as: return', '"return" cannot be a name'],
    [
      'a name that means something',
      'in: "[1]", as: steps',
      '"steps" means something else here already',
    ],
    ['a name of an outcome', 'in: "[1]", as: stdout', 'also what run calls a part of its outcome'],
  ])('refuses %s', (_, params, expected) => {
    const found = errors(
      each(`${params}, steps: [{id: m, ${ECHO}}]`),
      {},
      'secrets: {TOKEN: {env: T}}\n',
    )
    expect(found.join('\n')).toContain(expected)
  })

  it('knows the item inside, and its steps nowhere else', () => {
    expect(
      errors(`  - id: each
    foreach:
      in: '["a"]'
      as: x
      steps:
        - {id: m, run: [echo, "\${{ x }}"], effect: read, when: x != "b", outputs: {o: 'stdout + x'}}
        - {id: k, check: {run: [test, "\${{ steps.m.outputs.o }}"]}, run: [echo, "\${{ y }}"]}
  - {id: after, run: [echo, "\${{ x }}\${{ steps.m.status }}"], effect: read}`),
    ).toEqual([
      expect.stringContaining('book.yaml:11:86 EXPRESSION unknown name "y"') as string,
      expect.stringContaining('book.yaml:12:34 EXPRESSION unknown name "x"') as string,
      'book.yaml:12:48 STEP_ORDER step "m" runs once for each item of each, and has no values outside it; its rounds are counted in steps.each.outputs',
    ])
  })
})

it.each([
  'retry: {limit: 1}',
  'timeout: 1m',
  'rollback: {run: [x]}',
  'env: {A: b}',
  'observe: true',
  'effect: read',
])('refuses %s beside a group: its steps have their own', (field) => {
  const [found] = errors(`  - {id: p, ${field}, parallel: {steps: [{id: a, ${ECHO}}]}}`)
  expect(found).toBe(
    `book.yaml:5:13 FIELD \`${field.split(':', 1)[0]}\` does not go with parallel: it does nothing itself`,
  )
})

it('refuses a group where a body stands', () => {
  const body = `{parallel: {steps: [{id: a, ${ECHO}}]}}`
  const found = errors(`  - {id: a, run: [x], check: ${body}, rollback: ${body}}`)
  expect(found).toHaveLength(2)
  expect(found[0]).toContain('KIND parallel is a group of steps: it stands in a list of steps only')
})

it('takes the effect of the worst of its steps', () => {
  const parsed = read(`  - id: f
    foreach:
      in: "[1]"
      as: n
      steps:
        - {id: p, parallel: {steps: [{id: a, ${ECHO}}, {id: b, run: [y]}]}}
        - {id: c, run: [z], effect: destroy}`)
  const effects = parsed.ok ? parsed.runbook.steps.map(({ id, effect }) => `${id} ${effect}`) : []
  expect(effects).toEqual(['f destroy', 'p change', 'a read', 'b change', 'c destroy'])
})

describe('an included runbook', () => {
  it('reports what is wrong in it at its own places', () => {
    const found = errors('  - {id: inc, runbook: {path: other}}', {
      other: inner('  - {id: a, runn: [x]}'),
    })
    expect(found).toEqual([
      'book.yaml:5:31 INCLUDE other.yaml cannot be included: it has a problem',
      'other.yaml:5:13 UNKNOWN_KEY unknown key "runn"',
    ])
  })

  it('names every link of a cycle', () => {
    const found = errors('  - {id: one, runbook: {path: a}}', {
      a: inner('  - {id: two, runbook: {path: b}}'),
      b: inner('  - {id: three, runbook: {path: a}}'),
    })
    expect(found.at(-1)).toBe(
      'b.yaml:5:33 INCLUDE the runbooks include each other: a.yaml:5:31 includes b.yaml, b.yaml:5:33 includes a.yaml',
    )
    expect(found.map((line) => line.split(' ', 1)[0])).toEqual([
      'book.yaml:5:31',
      'a.yaml:5:31',
      'b.yaml:5:33',
    ])
  })

  it('may be five levels deep', () => {
    const others = Object.fromEntries(
      Array.from({ length: 7 }, (_, n) => [
        `r${n}`,
        n === 6 ? inner(`  - {id: a, ${ECHO}}`) : inner(`  - {id: i, runbook: {path: r${n + 1}}}`),
      ]),
    )
    expect(errors('  - {id: i, runbook: {path: r2}}', others)).toEqual([])
    expect(errors('  - {id: i, runbook: {path: r1}}', others).at(-1)).toContain(
      'runbooks are included deeper than 5 levels: book.yaml:5:29 includes r1.yaml, ',
    )
  })

  it('is given its inputs as by -i: known ones, of their type, and all that it needs', () => {
    const other = inner(
      `  - {id: a, run: [echo, "\${{ inputs.n }}\${{ inputs.name }}"]}`,
      'inputs: {n: {type: integer, maximum: 9}, name: {type: string, required: true}}\n',
    )
    expect(
      errors('  - {id: inc, runbook: {path: other, inputs: {n: 10, nme: x}}}', { other }),
    ).toEqual([
      'book.yaml:5:15 INPUT other.yaml needs the input name',
      'book.yaml:5:50 INPUT input n: "10" is above 9',
      'book.yaml:5:54 INPUT other.yaml has no input "nme"',
    ])
    const secret = errors(
      '  - {id: inc, runbook: {path: other, inputs: {name: "${{ secrets.T }}"}}}',
      { other },
      'secrets: {T: {env: T}}\n',
    )
    expect(secret).toEqual([
      'book.yaml:6:66 SECRET_VISIBLE secrets.T may not stand here: this is shown and logged',
    ])
  })

  it('needs its guard, secrets and lock before step 1, and so what they use', () => {
    const other = inner(
      `  - {id: a, ${ECHO}}`,
      'inputs: {n: {type: string}, m: {type: string}}\nguard: [{run: [test, "${{ inputs.n }}"]}]\nlock: "${{ inputs.m }}"\n',
    )
    const found = errors(
      `  - {id: a, ${ECHO}, outputs: {o: stdout}}
  - {id: inc, runbook: {path: other, inputs: {n: "\${{ steps.a.outputs.o }}", m: fixed}}}`,
      { other },
    )
    expect(found).toEqual([
      'book.yaml:6:50 STEP_ORDER n is needed before the first step (other.yaml:5:34), and is not known then',
    ])
  })

  it('has outputs over its own steps, which nobody else sees', () => {
    const other = inner(`  - {id: save, ${ECHO}, outputs: {file: stdout}}`)
    const step = (source: string): string =>
      `  - {id: inc, runbook: {path: other}, outputs: {file: ${source}}}`
    expect(errors(step('steps.save.outputs.file'), { other })).toEqual([])
    expect(errors(step('steps.save.outputs.fil'), { other })[0]).toContain(
      '5:74 EXPRESSION steps.save.outputs has no "fil"',
    )
    const outside = `${step('steps.save.outputs.file')}\n  - {id: b, run: [echo, "\${{ steps.save.outputs.file }}\${{ steps.inc.outputs.file }}"]}`
    expect(errors(outside, { other })).toEqual([
      expect.stringContaining('book.yaml:6:36 EXPRESSION steps has no "save"') as string,
    ])
  })

  it('may not wait for a person where it runs beside others', () => {
    const other = inner('  - {id: a, manual: {instruction: i}}')
    expect(
      errors('  - {id: p, parallel: {steps: [{id: inc, runbook: {path: other}}]}}', { other }),
    ).toEqual([
      'other.yaml:5:5 PARALLEL step a runs at the same time as the others in p, and manual waits for a person',
    ])
  })

  it('that is not there is said where it is named', () => {
    expect(errors('  - {id: inc, runbook: {path: gone}}')).toEqual([
      'book.yaml:5:31 INCLUDE there is no runbook "gone"',
    ])
    expect(
      errors(
        '  - {id: inc, runbook: {path: "${{ inputs.x }}"}}',
        {},
        'inputs: {x: {type: string}}\n',
      )[0],
    ).toContain('${{ }} is not filled in here')
  })
})
