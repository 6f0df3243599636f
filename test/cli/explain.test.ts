import { expect, test } from 'vitest'
import { explain } from '../../src/cli/explain.ts'
import { HotwashError, type Issue } from '../../src/errors.ts'

const issue = (more: Partial<Issue> = {}): Issue => ({
  code: 'INVALID_TEMPLATE',
  message: 'cannot be read here',
  place: { file: 'templates/mine.md.hbs', line: 2, column: 3 },
  severity: 'error',
  excerpt: '{{title}\n  ^',
  hint: 'close it',
  ...more,
})
const said = (message: string, options: { hint?: string; issues?: Issue[] }): string[] =>
  explain(new HotwashError('INVALID_TEMPLATE', message, options), { debug: false }).split('\n')

test('an error that is one place is said once, with its line, caret and hint', () => {
  const message = 'templates/mine.md.hbs:2:3: cannot be read here'
  expect(said(message, { hint: 'close it', issues: [issue()] })).toEqual([
    'error: templates/mine.md.hbs:2:3: INVALID_TEMPLATE: cannot be read here',
    '    {{title}',
    '      ^',
    '    hint: close it',
  ])
})

test('an error of several places, or of more than its place, says them all, each once', () => {
  const two = [issue(), issue({ message: 'another', hint: 'open it' })]
  expect(said('mine has 2 problems', { hint: 'mend it first', issues: two })).toMatchObject({
    0: 'error: mine has 2 problems',
    1: expect.stringMatching(/cannot be read here$/),
    5: expect.stringMatching(/another$/),
    length: 10,
  })
  const message = 'templates/mine.md.hbs:2:3: cannot be read here'
  expect(said(message, { issues: two })).toMatchObject({
    0: 'error: templates/mine.md.hbs:2:3: INVALID_TEMPLATE: cannot be read here',
    4: 'templates/mine.md.hbs:2:3: INVALID_TEMPLATE: another',
    length: 8,
  })
  expect(said('nothing was run', { hint: 'see it', issues: [issue()] })).toMatchObject({
    0: 'error: nothing was run',
    5: 'hint: see it',
  })
})
