import * as fc from 'fast-check'
import MarkdownIt from 'markdown-it'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { IncidentEvent } from '../../src/incident/event.ts'
import { foldEvents } from '../../src/incident/fold.ts'
import { findTemplate } from '../../src/postmortem/find-template.ts'
import { renderTemplate } from '../../src/postmortem/render.ts'
import { buildView, type ViewModel } from '../../src/postmortem/view.ts'
import { JON, makeEvents, type TestDraft } from '../events.ts'
import { every } from '../incident/every-event.ts'
import { goodFix, outage, readEvidence, RUNBOOK, wrongFix } from './outage.ts'

const COMMIT = '0123456789abcdef0123456789abcdef01234567'
const template = findTemplate({ root: '.', packageRoot: '.' }, 'google-sre')

const viewOf = (events: readonly IncidentEvent[]): ViewModel =>
  buildView({
    events,
    state: foldEvents('2026-11-21-login-outage', events),
    commitOf: ({ type }) => (type === 'note.added' ? undefined : COMMIT),
    readEvidence,
    tool: 'hotwash 0.1.0',
    template: 'google-sre',
  })

const render = async (events: readonly IncidentEvent[]): Promise<string> =>
  (await renderTemplate(template, viewOf(events))).text

const sectionOf = (report: string, heading: string): string =>
  report.split(/^(?=#{1,4} )/m).find((part) => part.startsWith(`${heading}\n`)) ?? ''

const rowsOf = (section: string): string[] =>
  section
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2)

describe('the report of a fix that failed', () => {
  let report = ''
  beforeAll(async () => {
    report = await render(outage(wrongFix))
  })

  test('says rolled back and why, with the numbers', () => {
    const summary = sectionOf(report, '## Summary')
    expect(summary).toMatch(
      /was \*\*rolled back\*\* after 2 min 55 s\. \[\^e\d+\] Step `validate` failed: /,
    )
    expect(summary).not.toContain('step validate failed')
    expect(summary).toContain('`concurrent_logins` saw 3 of 16, wanted 16 of 16')
    expect(summary).toContain('Undone: `fix`.')
    expect(report).not.toContain('resolved by')
  })

  test('shows the checks before and after side by side', () => {
    const checks = sectionOf(report, '#### Checks')
    expect(checks).toMatch(/Check +\| Wanted +\| `before` \(10:00:04, observed\).*\| `validate`/)
    expect(checks).toMatch(
      /`concurrent_logins` \| 16 of 16 +\| \*\*failed\*\*: 1 of 16 +\| \*\*failed\*\*: 3 of 16/,
    )
    expect(checks).toContain('Not checked, so not claimed: `survives`.')
  })

  test('shows what was undone, the backup with size and digest, and the end of the output', () => {
    expect(rowsOf(sectionOf(report, '#### What was undone'))[0]).toMatch(
      /^\| `fix` +\| `.\/ops\/use-env.sh root` +\| undone +\| 812 ms \| \[\^e16\]\[\^e17\] +\|$/,
    )
    expect(sectionOf(report, '### Backups')).toMatch(
      /1\.2 MB \(1,234,567 bytes\).*`sha256:[0-9a-f]{64}`.*12345 rows, read back to its end/,
    )
    const failed = sectionOf(report, '#### What failed')
    expect(failed).toContain('log, last 12 lines:')
    expect(failed.match(/^line$/gm)).toHaveLength(11)
    expect(failed).toContain('column "password_hash" does not exist')
  })

  test('shows what differs between before and after', () => {
    expect(sectionOf(report, '#### Before and after')).toBe(
      '#### Before and after\n\nStep `after`: differs from step before in: .env [^e19]\n\n```text\n.env:\n  - DATABASE_URL\n  + DATABASE_URL, JWT_SECRET\n```\n\n',
    )
  })

  test('claims no time that nobody gave', () => {
    expect(sectionOf(report, '## Impact')).toContain('not known: no impact start')
    expect(sectionOf(report, '## Summary')).toMatch(/Resolved +\| not known yet/)
  })

  test('links each piece of evidence by its digest', () => {
    expect(rowsOf(sectionOf(report, '## Supporting information'))[0]).toMatch(
      /^\| \[`([0-9a-f]{12})`\]\(evidence\/\1[0-9a-f]{52}\) \| stdout of `fix`/,
    )
  })

  test('has a head that any YAML reader understands, with null where people must write', () => {
    const head = parse(report.split('---\n')[1] ?? '') as Record<string, unknown>
    expect(head).toMatchObject({
      incident: '2026-11-21-login-outage',
      title: RUNBOOK.name,
      severity: 'SEV2',
      status: 'open',
      detected_at: null,
      declared_at: '2026-11-21T10:00:00.000Z',
      responders: ['Maria Example', 'Jon Example'],
      actions: null,
    })
  })
})

describe('the report of a fix that held', () => {
  test('has no section about undoing or failing', async () => {
    const report = await render(outage(goodFix))
    expect(report).not.toMatch(/What was undone|What failed|Deviations from the runbook\n/)
    expect(report).toContain('and succeeded after')
    expect(report).toMatch(/\*\*failed\*\*: 1 of 16 +\| passed: 16 of 16/)
  })
})

describe('every report', () => {
  const all = { wrongFix: outage(wrongFix), goodFix: outage(goodFix), every: makeEvents(every) }

  test.each(Object.entries(all))(
    '%s: is tidy Markdown with no empty section',
    async (_, events) => {
      const report = await render(events)
      expect(report).not.toMatch(/\n\n\n|[ \t]\n|undefined|\[object|NaN/)
      expect(report.endsWith('\n')).toBe(true)
      // A heading is followed by something of its own or by a deeper heading.
      expect(report).not.toMatch(/^(#+) .*\n\n(?:\1 |# )/m)
      const html = new MarkdownIt().render(report.replace(/^---\n[\s\S]*?\n---\n/, ''))
      for (const table of html.split('<table>').slice(1)) {
        const columns = table.split('</tr>')[0]?.match(/<th[ >]/g)?.length
        for (const row of table.split('</table>')[0]?.split('<tr>').slice(1) ?? [])
          expect(row.match(/<t[hd][ >]/g)).toHaveLength(columns ?? 0)
      }
    },
  )

  test.each(Object.entries(all))(
    '%s: each citation has one footnote, each footnote an event',
    async (_, events) => {
      const report = await render(events)
      const [body = '', notes = ''] = report.split(/\n(?=\[\^e\d+\]: )([\s\S]*)/)
      const cited = new Set(
        [...body.matchAll(/(?<![`\\])\[\^(e\d+[a-z]*\d*)\]/g)].map(([, id]) => id),
      )
      const footnotes = [...notes.matchAll(/^\[\^(e\d+[a-z]*\d*)\]: (.*)$/gm)]
      expect(new Set(footnotes.map(([, id]) => id))).toEqual(cited)
      expect(footnotes).toHaveLength(cited.size)
      const clocks = new Set(events.map(({ clock }) => clock))
      for (const [, id, note] of footnotes) {
        const clock = Number(/\d+/.exec(id ?? '')?.[0])
        expect(clocks.has(clock)).toBe(true)
        const event = events.find((candidate) => candidate.clock === clock)
        expect(note).toContain(`\`${event?.type}\` (event ${clock})`)
        expect(note).toContain(event?.actor.name)
        expect(note).toContain(
          event?.type === 'note.added' ? 'no commit yet' : 'commit `0123456789ab`',
        )
      }
    },
  )

  test.each(Object.entries(all))(
    '%s: each row of the timeline has a citation',
    async (_, events) => {
      const rows = rowsOf(sectionOf(await render(events), '## Timeline'))
      expect(rows.length).toBeGreaterThan(5)
      for (const row of rows) expect(row).toMatch(/\[\^e\d+\] *\|$/)
    },
  )

  test('the same events give the same bytes, and rendering is not part of them', async () => {
    const events = outage(wrongFix)
    const later = makeEvents([
      ...wrongFix,
      { type: 'postmortem.rendered', data: { path: 'p', template: 't', sha256: 'a'.repeat(64) } },
    ])
    expect(await render(events)).toBe(await render(structuredClone(events)))
    expect(await render(later)).toBe(await render(events))
  })

  test('two events with one clock get two citations', async () => {
    const events = makeEvents([
      { type: 'incident.declared', data: { title: 'x', severity: 'SEV2' } },
      { type: 'note.added', clock: 7, data: { text: 'mine' } },
      { type: 'note.added', clock: 7, actor: JON, data: { text: 'also mine' } },
    ])
    const report = await render(events)
    expect(report).toMatch(/Note: mine +\| \[\^e7\] /)
    expect(report).toMatch(/Note: also mine +\| \[\^e7b\] /)
    expect(report).toMatch(/^\[\^e7b\]: .*Jon Example/m)
  })

  test('whatever people and programs wrote, tables and citations hold', async () => {
    const nasty = fc.array(
      fc.constantFrom(
        '`',
        '```',
        '|',
        '\\',
        '\n',
        '# ',
        '[^e1]',
        '<!--',
        '{{title}}',
        '\u202E',
        'a',
        ' ',
      ),
      { maxLength: 12 },
    )
    await fc.assert(
      fc.asyncProperty(nasty, async (parts) => {
        const value = parts.join('')
        const report = await render(
          makeEvents([
            {
              type: 'incident.declared',
              data: { title: value, severity: value.slice(0, 40) || 'x' },
            },
            { type: 'note.added', data: { text: value } },
            { type: 'command.recorded', data: { argv: [value], duration_ms: 1 } },
            { type: 'finding.made', data: { says: value } },
          ]),
        )
        const rows = rowsOf(sectionOf(report, '## Timeline'))
        expect(rows).toHaveLength(4)
        for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(5)
        expect(report.match(/^## /gm)).toHaveLength(9)
        expect((parse(report.split('\n---\n')[0] ?? '') as { title: string }).title).toBe(value)
      }),
      { numRuns: 60 },
    )
  })
})

describe('deviations', () => {
  const run = 'r1'
  const digest = 'b'.repeat(64)
  const started = (more: object = {}): TestDraft => ({
    type: 'run.started',
    run,
    data: { runbook: RUNBOOK, inputs: {}, guided: true, yes: false, steps: [], ...more },
  })
  const done = { status: 'succeeded', duration_ms: 1 } as const
  const about = { run, step: 'fix' } as const
  const again = (step: string): TestDraft => ({
    type: 'step.started',
    run,
    step,
    attempt: 2,
    data: { kind: 'run', name: 'x', effect: 'read', preview: '', digest, timeout_ms: null },
  })

  test.each<[string, TestDraft[], string]>([
    [
      'a step skipped by the operator',
      [{ type: 'step.skipped', ...about, data: { by: 'operator', reason: 'not needed' } }],
      '| Skipped | `fix` by Maria Example: not needed |',
    ],
    [
      'a step done by hand',
      [{ type: 'step.finished', ...about, data: { ...done, by: 'hand', reason: 'did it' } }],
      '| Done by hand | `fix` by Maria Example: did it |',
    ],
    [
      'an undo done by hand',
      [{ type: 'undo.finished', ...about, data: { ...done, by: 'hand' } }],
      '| Undone by hand | `fix` by Maria Example |',
    ],
    [
      'an undo skipped',
      [{ type: 'undo.finished', ...about, data: { ...done, skipped: 'too late' } }],
      '| Undo skipped | undo of `fix` by Maria Example: too late |',
    ],
    [
      'an unknown step settled by a person',
      [
        {
          type: 'step.settled',
          ...about,
          data: { as: 'not_done', how: 'hand', evidence: 'looked' },
        },
      ],
      '| Settled by a person | `fix` was unknown; Maria Example settled it as not done: looked |',
    ],
    [
      'break-glass',
      [
        {
          type: 'gate.answered',
          ...about,
          data: { gate: 'approve', digest, answer: { break_glass: true, reason: 'alone' } },
        },
      ],
      '| **Break-glass** | `fix` was approved by Maria Example without a second person: alone |',
    ],
    [
      'an improvised command',
      [{ type: 'command.recorded', data: { argv: ['ss', '-ltn'], duration_ms: 1, exit_code: 1 } }],
      '| Improvised command | Maria Example ran `ss -ltn`, exit code 1 |',
    ],
    ['a repeated step', [again('fix')], '| Repeated | `fix`, attempt 2 |'],
    [
      'a changed input',
      [{ type: 'input.changed', run, data: { name: 'n', was: 1, value: 2 } }],
      '| Input changed | `n` from `1` to `2` by Maria Example |',
    ],
    [
      'a part of the runbook',
      [started({ from: 'fix', until: 'validate' })],
      '| Only a part was run | Maria Example ran the steps from `fix` until `validate` only |',
    ],
    [
      'an edited runbook',
      [
        started(),
        {
          type: 'run.resumed',
          run,
          data: { runbook: { ...RUNBOOK, sha256: digest }, guided: true, yes: false },
        },
      ],
      '| Runbook changed | `runbooks/login.yaml` was edited during the run: from',
    ],
    [
      'a recovered log',
      [
        {
          type: 'log.recovered',
          data: { log: 'm.jsonl', at_byte: 1, quarantined_bytes: 7, file: 'torn' },
        },
      ],
      '| Log recovered | an unfinished last line of `m.jsonl` (7 bytes) was set aside in `torn` |',
    ],
  ])('%s is on page one, with its citation', async (_, drafts, expected) => {
    const report = await render(makeEvents(drafts))
    const section = sectionOf(report, '### Deviations from the runbook')
    const rows = rowsOf(section).map((row) => row.replace(/ +/g, ' '))
    expect(rows).toHaveLength(1)
    expect(rows[0]).toContain(expected)
    expect(rows[0]).toMatch(/\| \[\^e\d+\] \|$/)
    expect(report).toMatch(/Deviations from the runbook +\| 1, listed below/)
    expect(report.indexOf('### Deviations')).toBeLessThan(report.indexOf('## Impact'))
  })

  test.each<[string, TestDraft | TestDraft[]]>([
    [
      'a step skipped by its condition',
      { type: 'step.skipped', ...about, data: { by: 'when', reason: 'false' } },
    ],
    [
      'a step settled by its check',
      { type: 'step.settled', ...about, data: { as: 'done', how: 'check' } },
    ],
    [
      'an attempt that the runbook asks for by retry',
      [
        {
          type: 'step.finished',
          ...about,
          data: { status: 'failed', duration_ms: 1, retry_in_ms: 5 },
        },
        again('fix'),
      ],
    ],
    [
      'a step of always that runs again after a rollback',
      [started({ steps: [{ id: 'bye', kind: 'run', name: 'bye', always: true }] }), again('bye')],
    ],
    ['a first attempt', { type: 'step.finished', ...about, attempt: 1, data: done }],
    [
      'an ordinary approval',
      {
        type: 'gate.answered',
        ...about,
        data: { gate: 'approve', digest, answer: { approve: true } },
      },
    ],
  ])('%s is none', (_, drafts) => {
    expect(viewOf(makeEvents([drafts].flat())).deviations).toEqual([])
  })
})
