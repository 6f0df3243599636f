import { array, assert as check, constantFrom, property } from 'fast-check'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { draftRunbook, type DraftRunbook } from '../../../src/import/runbook/draft-runbook.ts'
import { parseRunbook } from '../../../src/runbook/parse.ts'
import { KINDS } from '../../../src/steps/registry.ts'
import { sentencesOf, wordsOf } from '../fixture.ts'

const source = (name: string): string =>
  readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'checklists', name), 'utf8')

const draft = (text: string): DraftRunbook => {
  const made = draftRunbook({ text, file: 'docs/list.md' })
  if (made === undefined || 'most' in made) throw new Error('no draft')
  return made
}

type Step = {
  id: string
  name: string
  refs?: string[]
  tags?: string[]
  manual: { instruction: string }
}

const stepsOf = ({ text }: DraftRunbook): Step[] =>
  (parseDocument(text).toJS() as { steps: Step[] }).steps

const problems = ({ text }: DraftRunbook): unknown[] => {
  const parsed = parseRunbook({ text, path: 'x.yaml', kinds: KINDS })
  return parsed.ok ? [...parsed.warnings] : [...parsed.issues]
}

describe('a checklist as a runbook', () => {
  const tasks = draft(source('tasks.md'))

  it('has a step for a person for each thing to do, and nothing that runs', () => {
    expect(stepsOf(tasks).map(({ id, name, refs, tags }) => [id, name, refs, tags])).toEqual([
      ['make_folder', '1.1 Make the folder', ['1.2', '3.4'], undefined],
      ['write_test_move', '1.2 Write a test of the move', undefined, ['optional']],
      ['migrate_secrets_database', '2. Migrate {{ secrets.DATABASE }}', undefined, undefined],
      ['item', '3. in', undefined, undefined],
      ['then_look_at_pods', 'Then look at the pods:', undefined, undefined],
    ])
    for (const step of stepsOf(tasks)) expect(Object.keys(step)).toContain('manual')
    expect(tasks).toMatchObject({ steps: 5, commands: 2, ticked: 1 })
  })

  it.each(['tasks.md', 'numbers.md'])('%s passes lint and keeps every sentence', (name) => {
    const made = draft(source(name))
    expect(problems(made)).toEqual([])
    const words = wordsOf(
      made.text
        .replaceAll('${{ "${" + "{" }}', '${{')
        .replace(/^ *# ?/gm, '')
        .replace(/^ +/gm, ''),
    )
    // Requirements are references now; what a terminal showed is tested below.
    const text = source(name)
      .replace(/^---$/gm, '')
      .replace(/^```console[^]*?^```$/gm, '')
      .replace(/```\w*/g, '')
      .replace('_Requirements: 1.2, 3.4_', '')
    const lost = sentencesOf(text)
      .map((sentence) =>
        sentence
          .replace(/^\[.\] /, '')
          .replace(/^\d+[.)] /, '')
          .trim(),
      )
      .filter((sentence) => !words.includes(sentence))
    expect(lost).toEqual([])
  })

  it('shows commands without prompts, what they showed, and how they would run', () => {
    const [, , migrate, , pods] = stepsOf(tasks)
    expect(migrate?.manual.instruction).toContain('    ./migrate --all\n    echo done')
    expect(pods?.manual.instruction).toContain(
      '    kubectl get pods \\\n    -n shop\n    kubectl logs web\n\nIt showed:\n\n    NAME  READY\n    web   1/1',
    )
    expect(tasks.text).toContain(
      '# command of line 21, not confirmed; to let hotwash run it, replace `manual:` by\n    # run: |\n    #   ./migrate --all\n    #   echo done\n    manual:',
    )
    expect(tasks.text).not.toMatch(/^\s*(?:- )?run:/m)
  })

  it('names the line of each step and whether it was ticked', () => {
    expect(tasks.text).toContain('# line 12 (ticked): - [x] 1.1 Make the folder')
    expect(tasks.text).toContain('# line 17 (not ticked, marked as optional): - [ ]* 1.2 Write')
    expect(tasks.text).toContain('# 1. Set the project up (ticked)')
  })

  it('takes an expression in the source for letters', () => {
    const [, , migrate] = stepsOf(tasks)
    expect(migrate?.manual.instruction).toContain('${{ "${" + "{" }} secrets.DATABASE }}')
    expect(problems(draft(`- a ${'${{ x '.repeat(300)}`))).toEqual([])
  })

  it('of plain bullets are steps only where there is nothing better', () => {
    expect(stepsOf(draft('- one\n- two')).map(({ name }) => name)).toEqual(['one', 'two'])
    const numbers = stepsOf(draft(source('numbers.md'))).map(({ name }) => name)
    expect(numbers).toEqual(['Tell support', 'Stop the writers:', 'in staging', 'in production'])
  })

  it('is refused where there is nothing to do, or too much', () => {
    expect(draftRunbook({ text: '# A\n\nWords.', file: 'a.md' })).toBeUndefined()
    expect(draftRunbook({ text: '- a\n'.repeat(2_001), file: 'a.md' })).toEqual({
      steps: 2_001,
      most: 2_000,
    })
  })
})

it('whatever the list, the draft is a runbook', () => {
  const line = constantFrom(
    '# a: b',
    '- [ ] x',
    '- [x] y: "z"',
    '  - _Requirements: 1_',
    '  - [ ] in',
    '1. n',
    '   ```sh',
    '```',
    '   $ rm -rf /',
    '   ```',
    '- ${{ x }}',
    '- %',
    '> q',
    '',
    '| a |',
    '- \u0007\u202e',
    '- &a *b !c',
    '---',
    '- ' + 'long '.repeat(100),
  )
  check(
    property(array(line, { maxLength: 25 }), (lines) => {
      const made = draftRunbook({ text: lines.join('\n'), file: 'a.md' })
      if (made === undefined || 'most' in made) return
      expect(problems(made)).toEqual([])
      for (const step of stepsOf(made)) expect(step.manual.instruction).not.toBe('')
    }),
    { numRuns: 300 },
  )
})
