/** All packaged templates over records of every kind, with and without what people know. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { HotwashError } from '../../src/errors.ts'
import type { IncidentEvent } from '../../src/incident/event.ts'
import { foldEvents } from '../../src/incident/fold.ts'
import { findTemplate } from '../../src/postmortem/find-template.ts'
import type { FrontMatter } from '../../src/postmortem/front-matter/schema.ts'
import { publicView } from '../../src/postmortem/public/public-view.ts'
import { fieldsOfTemplate, renderTemplate } from '../../src/postmortem/render.ts'
import { buildView } from '../../src/postmortem/view.ts'
import { hostilePeople, people, readEvidence, readRunbook, records } from './records.ts'
import {
  bodyOf,
  brokenTables,
  emptySections,
  footnoteProblems,
  headingsOf,
  holes,
  problemsOf,
  proseOf,
  repeated,
  uncitedRows,
  unread,
  untidy,
} from './report-checks.ts'

const NAMES = readdirSync('templates')
  .filter((file) => file.endsWith('.md.hbs'))
  .map((file) => file.replace('.md.hbs', ''))
const heads: Record<string, FrontMatter | undefined> = { nobody: undefined, people }

const setOf = (name: string) => findTemplate({ root: '.', packageRoot: '.' }, name)

const viewOf = (name: string, events: readonly IncidentEvent[], head?: FrontMatter): object => {
  const state = foldEvents(events[0]?.incident ?? '', events)
  if (name === 'public') return publicView({ events, state, head })
  return buildView({
    events,
    state,
    people: head,
    commitOf: () => undefined,
    readEvidence,
    readRunbook,
    rehearsalsOf: () => [{ incident: 'drill-1', at: '2026-11-01T10:00:00.000Z', tookMs: 4200 }],
    tool: 'hotwash 0.1.0',
    template: name,
  })
}

const render = async (
  name: string,
  events: readonly IncidentEvent[],
  head?: FrontMatter,
): Promise<string> => (await renderTemplate(setOf(name), viewOf(name, events, head))).text

test('the ten templates are there', () => {
  expect(NAMES.sort()).toEqual([
    'atlassian',
    'brief',
    'gitlab',
    'google-sre',
    'narrative',
    'pagerduty',
    'playbook',
    'public',
    'recovery',
    'troubleshooting',
  ])
})

describe('every template', () => {
  test.each(NAMES)('%s tells every record without a hole', async (name) => {
    const problems: string[] = []
    for (const [record, events] of Object.entries(records))
      for (const [who, head] of Object.entries(heads)) {
        const report = await render(name, events, head)
        problems.push(...problemsOf(report).map((problem) => `${record}, ${who}: ${problem}`))
      }
    expect(problems).toEqual([])
  })

  test.each(NAMES)('%s gives the same bytes of the same record', async (name) => {
    const events = records['everything known'] ?? []
    const again = await render(name, structuredClone(events), structuredClone(people))
    expect(again).toBe(await render(name, events, people))
  })

  test.each(NAMES)('%s shows every value of what it names', async (name) => {
    const events = records['everything known'] ?? []
    const view = viewOf(name, events, people)
    const report = (await renderTemplate(setOf(name), view)).text.replace(/ +/g, ' ')
    const { fields } = await fieldsOfTemplate(setOf(name))
    const shown = fields.filter((field) => /\[\]|^people\.|^moments|^durations/.test(field))
    const gaps = shown.flatMap((field) =>
      leavesOf(view, field.split('.'))
        .map((leaf) => leaf.replace(/ +/g, ' '))
        .filter((leaf) => !report.includes(leaf) && !leaf.startsWith('[^'))
        .map((leaf) => `${field}: ${leaf}`),
    )
    expect(gaps).toEqual([])
  })

  test.each(NAMES)('%s stays in shape, whatever people write in the head', async (name) => {
    const calm = await render(name, records['a fix that held'] ?? [], people)
    const report = await render(name, records['a fix that held'] ?? [], hostilePeople)
    const titles = (text: string) =>
      headingsOf(text)
        .map(({ title }) => title)
        .filter((title) => title !== '')
    expect(titles(report)).toEqual(titles(calm))
    expect(problemsOf(report)).toEqual([])
  })
})

/** Texts in the view at a path such as `runs[].steps[].took`. */
function leavesOf(node: unknown, [first, ...rest]: readonly string[]): string[] {
  if (Array.isArray(node)) return node.flatMap((one) => leavesOf(one, [first ?? '', ...rest]))
  if (first === undefined) return typeof node === 'string' && node !== '' ? [node] : []
  if (typeof node !== 'object' || node === null) return []
  const inner = (node as Record<string, unknown>)[first.replace('[]', '')]
  if (rest.length === 0 && Array.isArray(inner))
    return inner.filter((one) => typeof one === 'string')
  return leavesOf(inner, rest)
}

/** Headings of the second level that a colleague of each house looks for, in their order. */
const SECTIONS: Record<string, string[]> = {
  'google-sre': [
    'Summary',
    'Impact',
    'Root causes and trigger',
    'Detection',
    'Response',
    'Action items',
    'Lessons learned',
    'Timeline',
    'Supporting information',
  ],
  pagerduty: [
    'Overview',
    'What Happened',
    'Contributing Factors',
    'Resolution',
    'Impact',
    'Responders',
    'Timeline',
    "How'd We Do?",
    'Action Items',
    'Messaging',
    'Supporting information',
  ],
  atlassian: [
    'Incident summary',
    'Leadup',
    'Fault',
    'Impact',
    'Detection',
    'Response',
    'Recovery',
    'Timeline',
    'Root cause identification: The Five Whys',
    'Root cause',
    'Backlog check',
    'Recurrence',
    'Lessons learned',
    'Corrective actions',
    'Supporting information',
  ],
  gitlab: [
    'Customer Impact',
    'What were the root causes?',
    'Incident Response Analysis',
    'Post Incident Analysis',
    'What went well?',
    'Lessons Learned',
    'Corrective Actions',
    'Timeline',
    'Guidelines',
    'Supporting information',
  ],
  narrative: [
    'Summary',
    'Who took part',
    'The story',
    'What was believed, and what became of it',
    'What brought it about',
    'What kept it from being worse',
    'What made it hard',
    'What surprised us',
    'Themes',
    'Open questions',
    'Takeaways and follow-ups',
    'Sources',
  ],
}

describe('the houses', () => {
  test.each(Object.keys(SECTIONS))('%s has its sections in its order', async (name) => {
    for (const events of Object.values(records)) {
      const headings = headingsOf(await render(name, events, people))
      expect(headings.flatMap(({ level, title }) => (level === 2 ? [title] : []))).toEqual(
        SECTIONS[name],
      )
      expect(headings.filter(({ level }) => level === 1)).toHaveLength(1)
    }
  })

  test.each(NAMES)('%s says nothing twice', async (name) => {
    for (const record of ['sample', 'everything known', 'an undo that failed'])
      expect(repeated(await render(name, records[record] ?? [], people))).toEqual([])
  })

  test('one page is one page', async () => {
    for (const record of ['sample', 'everything known']) {
      const text = proseOf(await render('brief', records[record] ?? [], people))
      const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('[^'))
      expect(lines.length).toBeLessThan(50)
    }
  })

  test('nothing of the inside is in the public one', async () => {
    const report = await render('public', records['everything known'] ?? [], people)
    expect(report).not.toMatch(/Maria|Jon|use-env|r1|app\.dump|To write/)
  })
})

describe('what a reader finds', () => {
  test('a drill claims nobody was hit, in every template that speaks of impact', async () => {
    for (const name of NAMES) {
      const report = bodyOf(await render(name, records['a drill'] ?? []))
      expect(report).toMatch(/drill|exercise/i)
      expect(report).not.toContain('to-write: impact')
    }
  })

  test('a fix that was taken back is not offered as one', async () => {
    const failed = await render('troubleshooting', records['a fix that failed'] ?? [])
    expect(failed).toContain('### What was tried')
    expect(failed).not.toMatch(/^### Fix$/m)
    expect(await render('troubleshooting', records['a fix that held'] ?? [])).toMatch(/^### Fix$/m)
  })

  test('a way back says whether a drill has tried it, and no later drill counts', async () => {
    const report = await render('recovery', records.sample ?? [])
    expect(report).toMatch(/2026-11-01 in drill `drill-1`, in 4\.2 s/)
    const events = records.sample ?? []
    const view = buildView({
      events,
      state: foldEvents('i', events),
      readEvidence,
      rehearsalsOf: () => [{ incident: 'later', at: '2027-01-01T10:00:00.000Z', tookMs: 1 }],
      tool: 't',
      template: 'recovery',
    })
    expect(view.runs[0]?.ways_back[0]?.rehearsed).toBe('**never**, in the records at hand')
  })

  test('a playbook takes its limits from the checks and from the runbook that was kept', async () => {
    const report = (await render('playbook', records.sample ?? [])).replace(/ +/g, ' ')
    expect(report).toContain('| `concurrent_logins` | 16 of 16 logins | **broken** in `diagnose`')
    expect(report).toContain('| `answers` | `status < 500` | held')
    expect(report).toContain('| everything is undone |')
  })

  test('the impact and the detection stand in the timeline where they were', async () => {
    const report = await render('google-sre', records['everything known'] ?? [])
    const rows = report.slice(report.indexOf('## Timeline')).split('\n')
    const at = (what: string): number => rows.findIndex((row) => row.includes(what))
    expect(rows[at('The impact began')]).toMatch(/^\| about 2026-11-21 09:40 +\| pager /)
    expect(rows[at('It was detected')]).toMatch(/^\| 2026-11-21 09:55 +\| pager /)
    const order = ['the release went out', 'The impact began', 'It was detected', 'declared'].map(
      at,
    )
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    const story = await render('narrative', records['everything known'] ?? [])
    expect(story).toMatch(/### Before it was declared\n\n- \*\*2026-11-21 09:30\*\*/)
  })

  test('a chat is told without saying with each row when and by whom it was pasted', async () => {
    const [declared, ...rest] = records['everything known'] ?? []
    const note = rest.find(({ type }) => type === 'note.added')
    if (declared === undefined || note === undefined) throw new Error('no note')
    const pasted = (by: string): IncidentEvent =>
      ({ ...note, data: { text: 'seen', by, effective_at: declared.at } }) as IncidentEvent
    const of = async (by: string) => render('google-sre', [declared, pasted(by)])
    expect(await of(note.actor.name)).toMatch(
      new RegExp(`\\| ${note.actor.name} +\\| Note: seen +\\|`),
    )
    expect(await of('Omar')).toContain(`| Omar (told by ${note.actor.name}) | Note: seen`)
  })

  test('why a run was rolled back is said once, by the step with its numbers', async () => {
    const report = await render('google-sre', records.sample ?? [])
    const [summary] = /^The run of .*/m.exec(report) ?? []
    expect(summary).toMatch(/was \*\*rolled back\*\* after [\d.]+ m?s\. .*Step `validate` failed: /)
    expect(summary?.match(/checks failed/g)).toHaveLength(1)
  })

  test('a fix that was taken back did not mitigate anything', async () => {
    const titles = async (record: string): Promise<string[]> =>
      headingsOf(await render('gitlab', records[record] ?? [])).map(({ title }) => title)
    expect(await titles('a fix that held')).toContain('How it was mitigated')
    expect(await titles('sample')).toContain('What was tried')
    expect(await titles('sample')).not.toContain('How that is known')
  })

  test('people and log on one claim are one hypothesis', async () => {
    const report = await render('google-sre', records['everything known'] ?? [], people)
    expect(report.match(/\*\*a migration renamed a column\*\*/gi)).toHaveLength(1)
    expect(report).toContain('likely. People say: confirmed: the log of the release.')
    expect(report).toContain('People say: dropped: it fails without, too.')
  })

  test('factors in a circle are shown as one', async () => {
    const report = await render('google-sre', records['a fix that held'] ?? [], hostilePeople)
    expect(report).toContain('in a circle: `a` because of `b` because of `a`.')
  })
})

test('the template in the docs is one', async () => {
  const text = /```handlebars\n([\s\S]*?)```/.exec(readFileSync('docs/templates.md', 'utf8'))?.[1]
  const set = { ...setOf('brief'), main: { path: 'templates/mine.md.hbs', text: text ?? '' } }
  const view = viewOf('mine', records['everything known'] ?? [], people)
  expect(problemsOf((await renderTemplate(set, view)).text)).toEqual([])
})

test('what nobody can know is told with the reason, and asked of nobody', async () => {
  const head: FrontMatter = { hotwash: 1, unknown_times: { impact_start: 'no metrics were kept' } }
  const report = await render('brief', records['a fix that held'] ?? [], head)
  expect(report).toContain('- when the impact began: no metrics were kept')
  expect(bodyOf(report)).not.toContain('--impact-start')
})

describe('the checks of this file', () => {
  const body = 'text[^e1]\n\n[^e1]: one\n'
  test.each([
    ['a hole', `# a\n\nvalue: undefined\n`, holes],
    ['two empty lines', '# a\n\n\nb\n', untidy],
    ['blanks at the end of a line', 'a \nb\n', untidy],
    ['a table without rows', '| a | b |\n| --- | --- |\n\nx\n', brokenTables],
    ['a row that is too short', '| a | b |\n| --- | --- |\n| 1 |\n', brokenTables],
    ['a row without a source', '| a | Source |\n| --- | --- |\n| 1 | — |\n', uncitedRows],
    ['a citation without a footnote', 'text[^e2]\n', footnoteProblems],
    ['a footnote that nobody cites', `${body}[^e2]: two\n`, footnoteProblems],
    ['a heading with nothing below it', '# a\n\n## b\n\n## c\n\nd\n', emptySections],
    ['a list that flows into another', '- a\n\n- b\n', unread],
    ['one of many', 'It has 1 notes.\n', unread],
    ['who told their own words', '| Ana (told by Ana) | x |\n', unread],
    ['a sentence that stops twice', 'It ended..\n', unread],
    ['a lead to nothing', 'Seen since:\n\n## b\n', unread],
    ['a word twice', 'It is is so.\n', unread],
  ])('%s is found', (_, text, check) => {
    expect(check(body)).toEqual([])
    expect(check(text)).toHaveLength(1)
  })
})

test('a field that is missing in a row is refused with line and column', async () => {
  const set = {
    main: { path: 'templates/mine.md.hbs', text: '{{#each runs}}\n{{name}} {{nam}}\n{{/each}}' },
    partial: () => undefined,
  }
  const view = viewOf('mine', records.sample ?? [])
  const error = await renderTemplate(set, view).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(HotwashError)
  expect((error as HotwashError).message).toBe(
    'templates/mine.md.hbs:2:12: there is no field "nam" here',
  )
})
