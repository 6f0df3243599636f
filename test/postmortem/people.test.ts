/** What people wrote in the head, on the page. */
import { describe, expect, test } from 'vitest'
import MarkdownIt from 'markdown-it'
import type { IncidentEvent } from '../../src/incident/event.ts'
import { foldEvents } from '../../src/incident/fold.ts'
import type { FrontMatter } from '../../src/postmortem/front-matter/schema.ts'
import { buildView, type ViewModel } from '../../src/postmortem/view.ts'
import { factorLines } from '../../src/postmortem/view/factors.ts'
import { link, paragraphs, words } from '../../src/postmortem/view/markdown.ts'
import { JON, makeEvents, type TestDraft } from '../events.ts'

const declared: TestDraft = {
  type: 'incident.declared',
  data: { title: 'Login fails', severity: 'SEV2' },
}

const viewOf = (head: Omit<FrontMatter, 'hotwash'>, ...drafts: TestDraft[]): ViewModel => {
  const events: IncidentEvent[] = makeEvents([declared, ...drafts])
  return buildView({
    events,
    state: foldEvents('i', events),
    people: { hotwash: 1, ...head },
    readEvidence: () => undefined,
    tool: 't',
    template: 't',
  })
}

describe('impact', () => {
  test('numbers are exact, about, between, or not known with the reason', () => {
    const { people } = viewOf({
      impact: {
        numbers: {
          users: 1200,
          failed_logins: { about: 300 },
          minutes: { between: [20, 50] },
          revenue: { unknown: 'not counted' },
        },
      },
    })
    expect(people.impact_numbers).toEqual([
      { what: 'Users', number: '1,200' },
      { what: 'Failed logins', number: 'about 300' },
      { what: 'Minutes', number: '20 to 50' },
      { what: 'Revenue', number: 'not known: not counted' },
    ])
    expect(people.impact_told).toBe(true)
    expect(people.impact_says).toBe('')
  })

  test('that it cannot be known is told, and is no gap', () => {
    const { people, unknowns } = viewOf({ impact: { unknown: 'no metrics were kept' } })
    expect(people.impact_says).toBe('The impact is not known: no metrics were kept.')
    expect(unknowns.join(' ')).not.toContain('who was hit')
    expect(viewOf({}).unknowns.join(' ')).toContain('who was hit')
  })
})

describe('contributing factors', () => {
  const told = (...factors: [string, ...string[]][]) => {
    const { lines, circles } = factorLines(
      factors.map(([id, ...because]) => ({ id, says: `says ${id}`, because })),
    )
    return { lines: lines.map(({ indent, says }) => `${indent}- ${says}`), circles }
  }

  test('read downwards from what ended in the incident', () => {
    expect(told(['b'], ['a', 'b', 'c'], ['c', 'd'], ['d'])).toEqual({
      lines: [
        '- `a`: says a',
        '  - because of `b`: says b',
        '  - because of `c`: says c',
        '    - because of `d`: says d',
      ],
      circles: [],
    })
  })

  test('one with two effects is told once and named again', () => {
    expect(told(['a', 'c'], ['b', 'c'], ['c']).lines).toEqual([
      '- `a`: says a',
      '  - because of `c`: says c',
      '- `b`: says b',
      '  - because of `c`, told above',
    ])
  })

  test('one that is not there is named as such', () => {
    expect(told(['a', 'nope']).lines[1]).toContain('`nope`, which is not a factor of this report')
  })

  test('a circle is shown and does not go on for ever', () => {
    const { lines, circles } = told(['a', 'b'], ['b', 'a'], ['c', 'c'])
    expect(lines).toHaveLength(3)
    expect(circles).toEqual([
      'Factors cannot cause each other in a circle: `a` because of `b` because of `a`.',
      'Factors cannot cause each other in a circle: `c` because of `c`.',
    ])
  })

  test('thousands in a chain are told', () => {
    const ids = Array.from({ length: 5000 }, (_, n): [string, ...string[]] => [
      `f${n}`,
      `f${n + 1}`,
    ])
    expect(told(...ids).lines.length).toBeGreaterThan(5000)
  })
})

describe('actions', () => {
  const action = {
    id: 'alert',
    title: 'Alert on failed logins',
    type: 'detect' as const,
    owner: 'maria@example.test',
    done_when: { run: ['npm', 'test'], expect: 'exit_code == 0' },
  }
  const checked = (status: 'passed' | 'failed'): TestDraft => ({
    type: 'action.checked',
    data: { action: 'alert', status, preview: 'npm test', duration_ms: 5 },
  })
  const row = (...drafts: TestDraft[]) => viewOf({ actions: [action] }, ...drafts).people.actions[0]

  test('are open, done or declined, with the event that says so', () => {
    expect(row()?.status).toBe('open')
    expect(row(checked('failed'))?.status).toBe('open, last check failed 2026-11-21 [^e2]')
    expect(row(checked('failed'), checked('passed'))?.status).toBe(
      'done 2026-11-21, its check passed [^e3]',
    )
    const closed: TestDraft = { type: 'action.closed', data: { action: 'alert', evidence: 'seen' } }
    expect(row(closed)?.status).toBe('done 2026-11-21, closed by hand [^e2]')
    const declined = viewOf({ actions: [{ ...action, declined: 'too dear' }] }).people.actions[0]
    expect(declined?.status).toBe('declined: too dear')
  })

  test('done months later, and the end of the record, change nothing else of the report', () => {
    const resolved: TestDraft = { type: 'incident.resolved', data: {} }
    const jon = { actor: JON }
    const before = viewOf({ actions: [action] }, resolved)
    const after = viewOf(
      { actions: [action] },
      resolved,
      { ...checked('passed'), ...jon },
      {
        type: 'incident.closed',
        data: {},
        ...jon,
      },
    )
    const { people, footnotes } = after
    expect(people.actions[0]?.status).toContain('done')
    expect({ ...after, people: before.people, footnotes: footnotes.slice(0, -1) }).toEqual(before)
  })

  test('say when they are done, as a sentence or as what is run', () => {
    expect(row()?.done_when).toBe('`run: npm test`, `expect: exit_code == 0`')
    const { people } = viewOf({ actions: [{ ...action, done_when: 'an alert *fires*' }] })
    expect(people.actions[0]?.done_when).toBe('an alert *fires*')
  })

  test('name their tracker, and the issue they were synced to', () => {
    const synced: TestDraft = {
      type: 'action.synced',
      data: { action: 'alert', to: 'github', url: 'https://git.example.test/1', state: 'open' },
    }
    expect(row(synced)?.tracker).toBe('<https://git.example.test/1>')
    const named = { ...action, tracker: 'https://git.example.test/1' }
    const { people } = viewOf({ actions: [named] }, synced)
    expect(people.actions[0]?.tracker).toBe('<https://git.example.test/1>')
    expect(link('javascript:alert(1)')).toBe('javascript:alert(1)')
    expect(link('https://x.test/a|b')).toBe('https://x.test/a\\|b')
  })
})

test('a severity that is corrected after the end lasted for no time, and the one before until then', () => {
  const lasted = (...drafts: TestDraft[]) =>
    viewOf({}, ...drafts).severities.map(({ severity, lasted: how }) => `${severity} ${how}`)
  const worse: TestDraft = { type: 'incident.updated', data: { severity: 'SEV1' }, afterMs: 60_000 }
  const resolved: TestDraft = { type: 'incident.resolved', data: {}, afterMs: 120_000 }
  expect(lasted(worse)).toEqual(['SEV2 1 min 0 s', 'SEV1 not over yet'])
  expect(lasted(worse, resolved)).toEqual(['SEV2 1 min 0 s', 'SEV1 2 min 0 s'])
  expect(lasted(resolved, worse)).toEqual(['SEV2 2 min 0 s', 'SEV1 set after the end'])
})

describe("people's words", () => {
  test('may cite: their marks have footnotes', () => {
    const { footnotes } = viewOf({ trigger: 'the release [^e1], not [^e99]' })
    expect(footnotes).toHaveLength(1)
    expect(footnotes[0]).toContain('[^e1]: ')
  })

  test('keep their Markdown, and never break the row or page around them', () => {
    expect(words('the `pool` was *full*: [graph](https://x.test) [^e1]')).toBe(
      'the `pool` was *full*: [graph](https://x.test) [^e1]',
    )
    expect(words('a | b\n# c')).toBe('a \\| b # c')
    expect(paragraphs('one\n# two\n\n\n\n```\nthree\n===\n[^e1]: x\n---')).toBe(
      'one\n\\# two\n\n\\```\nthree\n\\===\n\\[^e1]: x\n\\---',
    )
    const html = new MarkdownIt({ html: true }).render(
      paragraphs('a <!-- b\n\n<script>c</script>\n\n<https://x.test> 1 < 2'),
    )
    expect(html).not.toMatch(/<script|<!--/)
    expect(html).toContain('href="https://x.test"')
  })

  test('an environment that the log names is not told again', () => {
    const started: TestDraft = {
      type: 'run.started',
      run: 'r1',
      data: {
        runbook: { name: 'x', path: 'x.yaml', sha256: 'a'.repeat(64) },
        inputs: { environment: 'staging' },
        guided: true,
        yes: false,
        steps: [],
      },
    }
    expect(viewOf({ environment: 'Staging' }, started).people.environment).toBe('')
    expect(viewOf({ environment: 'production' }, started).people.environment).toBe('production')
  })
})
