/** The section "Before and after", made from what a snapshot kept. */
import { createHash } from 'node:crypto'
import MarkdownIt from 'markdown-it'
import { describe, expect, test } from 'vitest'
import type { Comparison } from '../../src/incident/comparison.ts'
import { foldEvents } from '../../src/incident/fold.ts'
import { findTemplate } from '../../src/postmortem/find-template.ts'
import { renderTemplate } from '../../src/postmortem/render.ts'
import { buildView } from '../../src/postmortem/view.ts'
import { goodFix, outage, readEvidence } from './outage.ts'

const template = findTemplate({ root: '.', packageRoot: '.' }, 'google-sre')

/** The report of an outage whose last step kept this text under this label. */
async function sectionWith(label: string, kept: string): Promise<string> {
  const sha256 = createHash('sha256').update(kept).digest('hex')
  const events = outage(goodFix).map((event) =>
    event.type === 'step.finished' && event.step === 'after'
      ? {
          ...event,
          data: { ...event.data, evidence: [{ label, sha256, bytes: Buffer.byteLength(kept) }] },
        }
      : event,
  )
  const view = buildView({
    events,
    state: foldEvents('2026-11-21-login-outage', events),
    readEvidence: (digest) => (digest === sha256 ? kept : readEvidence(digest)),
    tool: 'hotwash 0.1.0',
    template: 'google-sre',
  })
  const { text } = await renderTemplate(template, view)
  return text.split(/^(?=#{1,4} )/m).find((part) => part.startsWith('#### Before and')) ?? ''
}

const health = (status: string, latency: number, seen = '') => ({
  status,
  latency_ms: latency,
  category: 'database',
  seen,
})

const FOUND: Comparison = {
  like: 'before',
  groups: [
    { group: 'health', unchanged: 0, differ: { back: 1 } },
    { group: 'files', unchanged: 3, differ: { changed: 1, added: 1 } },
    { group: 'git', unchanged: 1, differ: {} },
  ],
  changes: [
    {
      group: 'health',
      name: 'health',
      how: 'back',
      facts: [{ fact: 'checks.database.status', before: 'down', after: 'ok' }],
      more: 0,
    },
    {
      group: 'files',
      name: 'file a|b<script>.txt',
      how: 'changed',
      facts: [
        { fact: 'sha256', before: 'a'.repeat(64), after: 'b'.repeat(64) },
        { fact: 'content', before: 'old [x](http://evil.test)\nline', after: '', by_line: true },
        { fact: 'size', before: '', after: null },
      ],
      more: 2,
    },
    { group: 'files', name: 'file new', how: 'added', facts: [], more: 0 },
  ],
  health: [
    {
      name: 'database',
      before: health('down', 12, 'connection | refused'),
      after: health('ok', 3),
    },
    { name: 'auth', before: health('ok', 5), after: null },
  ],
}

/** Cells of all tables, tables after one another. */
const rowsOf = (section: string): string[][] =>
  section
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )

describe('before and after', () => {
  test('are tables of health, of counts and of facts, cited', async () => {
    const section = await sectionWith('comparison', JSON.stringify(FOUND))
    expect(section).toMatch(
      /^#### Before and after\n\nStep `after`: .* \[\^e\d+\]\n\n\| Health check/,
    )
    expect(rowsOf(section)).toEqual([
      ['Health check', 'Before', 'After'],
      ['`database`', '**down**, 12 ms, database: connection \\| refused', 'ok, 3 ms'],
      ['`auth`', 'ok, 5 ms', 'not checked'],
      ['Looked at', 'Differs', 'Unchanged'],
      ['health', '1 up again', '0'],
      ['files', '1 changed, 1 added', '3'],
      ['git', '—', '1'],
      ['What', 'Fact', 'Before', 'After'],
      ['`health`: up again', 'checks.database.status', 'down', 'ok'],
      ['file a\\|b\\<script\\>.txt', 'sha256', '`aaaaaaaaaaaa…`', '`bbbbbbbbbbbb…`'],
      ['', 'content', expect.stringMatching(/^gone: old .*; line$/), '—'],
      ['', 'size', '(empty)', '—'],
      ['`file new`: added', '—', '—', '—'],
    ])
    expect(section).toContain('2 further differences are in the evidence.')
    const html = new MarkdownIt().render(section)
    expect(html).not.toContain('<script')
    expect(html).not.toContain('href="http://evil.test')
    expect(html.match(/<table>/g)).toHaveLength(3)
  })

  test('are bounded, however much changed', async () => {
    const facts = Array.from({ length: 500 }, (_, n) => ({
      fact: `f${n}`,
      before: 'x'.repeat(5_000),
      after: 'y',
    }))
    const change = { group: 'files', name: 'file a', how: 'changed' as const, facts, more: 7 }
    const section = await sectionWith('comparison', JSON.stringify({ ...FOUND, changes: [change] }))
    expect(section).toContain('447 further differences are in the evidence.')
    expect(section.length).toBeLessThan(40_000)
  })

  test('of an older record, or of evidence that is damaged, are the text', async () => {
    expect(await sectionWith('diff', 'http x\n  status: 200 -> 503\n')).toContain(
      '```text\nhttp x\n  status: 200 -> 503\n```',
    )
    for (const damaged of ['{', '{"like": 1}', 'null']) {
      expect(await sectionWith('comparison', damaged)).toBe('')
    }
  })
})
