/**
 * What an approval is of. A report that is rendered at any moment of its actions' life says the same;
 * any word that the log did not say then makes it another one.
 */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { IncidentEvent } from '../../src/incident/event.ts'
import { foldEvents } from '../../src/incident/fold.ts'
import { reviewedContent } from '../../src/postmortem/reviewed-content.ts'
import { findTemplate } from '../../src/postmortem/find-template.ts'
import type { FrontMatter } from '../../src/postmortem/front-matter/schema.ts'
import { renderTemplate } from '../../src/postmortem/render.ts'
import { buildView } from '../../src/postmortem/view.ts'
import { makeEvents, type TestDraft } from '../events.ts'
import { goodFix, readEvidence } from './outage.ts'

const ID = '2026-11-21-login-outage'
const head: FrontMatter = {
  hotwash: 1,
  actions: [
    { id: 'pool', title: 'Alert on the pool | at 80 %', type: 'detect', owner: 'ana' },
    { id: 'open', title: 'open', type: 'prevent', done_when: { run: ['npm', 'test'] } },
    { id: 'old', title: 'Throw the old pool away', type: 'process', declined: 'it is used' },
  ],
}

const closed = (action: string): TestDraft => ({
  type: 'action.closed',
  data: { action, evidence: 'seen' },
})
const checked = (action: string, status: 'passed' | 'failed'): TestDraft => ({
  type: 'action.checked',
  data: { action, status, preview: 'npm test', duration_ms: 5 },
})
const synced = (action: string, number: number): TestDraft => ({
  type: 'action.synced',
  data: {
    action,
    to: 'github',
    url: `https://code.example.test/a/issues/${number}`,
    number,
    state: 'open',
  },
})

const rendered = async (events: readonly IncidentEvent[], template: string): Promise<string> => {
  const view = buildView({
    events,
    state: foldEvents(ID, events),
    people: head,
    commitOf: ({ clock }) => (clock < events.length ? 'ab'.repeat(20) : undefined),
    readEvidence,
    tool: `hotwash 0.${events.length}.0`,
    template,
  })
  const templates = findTemplate({ root: '.', packageRoot: '.' }, template)
  return (await renderTemplate(templates, view)).text
}

const contentOf = (text: string, events: readonly IncidentEvent[]): string =>
  reviewedContent({ text, head, events })

const happens = fc.oneof(
  fc.constantFrom('pool', 'open', 'old').map(closed),
  fc
    .tuple(fc.constantFrom('pool', 'open'), fc.constantFrom('passed' as const, 'failed' as const))
    .map((of) => checked(...of)),
  fc
    .tuple(fc.constantFrom('pool', 'open'), fc.integer({ min: 1, max: 3 }))
    .map((of) => synced(...of)),
)

const STORY: TestDraft[] = [
  checked('open', 'failed'),
  synced('pool', 7),
  closed('pool'),
  checked('open', 'passed'),
]
const AT_REVIEW = makeEvents(goodFix)
const NOW = makeEvents([...goodFix, ...STORY])

describe('what is approved', () => {
  test.each(['google-sre', 'brief', 'narrative', 'gitlab'])(
    'stays the same whatever becomes of the actions, in template %s',
    async (template) => {
      await fc.assert(
        fc.asyncProperty(fc.array(happens, { maxLength: 6 }), fc.nat(6), async (after, at) => {
          const then = makeEvents([...goodFix, ...after.slice(0, at)])
          const later = makeEvents([...goodFix, ...after])
          const approved = contentOf(await rendered(then, template), then)
          expect(contentOf(await rendered(later, template), later)).toBe(approved)
        }),
        { numRuns: 4 },
      )
    },
  )

  test.each<[string, (text: string) => string]>([
    ["an edit of an action's title", (text) => text.replace('at 80 %', 'at 90 %')],
    [
      'a sentence behind a state',
      (text) => text.replace('closed by hand', 'closed by hand, Bob broke it'),
    ],
    [
      'a state in words of its own',
      (text) => text.replace(/done \d{4}-\S+, closed by hand/, 'done'),
    ],
    ['a state of before', (text) => text.replace(/done \d{4}-[^|]*closed by hand[^|]*/, 'open ')],
    ['a row that is none', (text) => text.replace(/^\| `pool`/m, '    $&')],
    ['another day', (text) => text.replace(/done \d{4}-/, 'done 2025-')],
    ["another action's state", (text) => swapped(text, 'its check passed', 'declined: it is used')],
    ['another citation', (text) => text.replace(/(closed by hand \[\^e)\d+/, '$11')],
    ['a state in another column', (text) => text.replace('| ana   ', '| open   ')],
    [
      'an issue of another action',
      (text) =>
        text.replace(/(`open` open .*?)—(.*)/, '$1<https://code.example.test/a/issues/7>$2'),
    ],
    ['another issue', (text) => text.replace('issues/7', 'issues/8')],
    ['a row that is gone', (text) => text.replace(/\| `open` open.*\n/, '')],
    ['a row twice', (text) => text.replace(/\| `open` open.*\n/, '$&$&')],
    ['rows in another order', (text) => text.replace(/(\| `pool`.*\n)(\| `open`.*\n)/, '$2$1')],
    [
      'a word below the table',
      (text) => text.replace(/(\| `old`.*\n)/, '$1\nAll of this was done.\n'),
    ],
    [
      'another footnote',
      (text) => text.replace(/^(\[\^e\d+\]: `action\.closed`.*)\.$/m, '$1, who should have known.'),
    ],
    ['a footnote of nothing', (text) => `${text}[^e999]: \`action.closed\` (event 999).\n`],
    ['a footnote less', (text) => text.replace(/^\[\^e1\]: .*\n/m, '')],
    ['a column more', (text) => text.replace(/^(\| (?:Action|---|`).*)$/gm, '$1 x |')],
    ['another name of the column', (text) => text.replace('| Status', '| Result')],
  ])('is not the same with %s', async (_, change) => {
    const text = await rendered(NOW, 'google-sre')
    expect(contentOf(text, NOW)).toBe(contentOf(await rendered(AT_REVIEW, 'google-sre'), AT_REVIEW))
    const edited = change(text)
    expect(edited).not.toBe(text)
    expect(contentOf(edited, NOW)).not.toBe(contentOf(text, NOW))
  })

  test('is every word outside of what the log says of the actions', async () => {
    const text = await rendered(NOW, 'google-sre')
    const lines = text.split('\n')
    const isFree = (line: string): boolean =>
      !/^\[\^e|^rendered_by|^> Written by|^\| (`(pool|open|old)`|Action|---)/.test(line) &&
      /\w/.test(line)
    const own = lines.flatMap((line, n) => (isFree(line) ? [n] : []))
    fc.assert(
      fc.property(fc.constantFrom(...own), fc.nat(200), (n, at) => {
        const line = lines[n] ?? ''
        const place = at % (line.length + 1)
        const edited = lines.with(n, `${line.slice(0, place)}x${line.slice(place)}`).join('\n')
        expect(contentOf(edited, NOW)).not.toBe(contentOf(text, NOW))
      }),
      { numRuns: 60 },
    )
  })

  test('is the whole text where a table of a team has other columns', async () => {
    const row = (state: string): string =>
      `| What | How far |\n| --- | --- |\n| \`pool\` Alert | ${state} |\n`
    expect(contentOf(row('open'), NOW)).not.toBe(contentOf(row('done'), NOW))
    expect(contentOf('```\n| Action | Status |\n| open | open |\n```\n', NOW)).not.toBe(
      contentOf('```\n| Action | Status |\n| open | done |\n```\n', NOW),
    )
  })
})

const swapped = (text: string, a: string, b: string): string =>
  text.replace(a, '\u0001').replace(b, a).replace('\u0001', b)
