/**
 * Ten thousand incidents that never happened, as a team that merges its records finds them in its
 * work tree. The chain is real, only the syncs are left out; the same numbers give the same bytes.
 */
import { hash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EventDraft } from '../../src/incident/event.ts'
import { FIRST_PREV } from '../../src/incident/format.ts'

const SYMPTOMS = [
  'login answers 500',
  'checkout is slow',
  'emails are delayed',
  'search returns nothing',
  'payments are declined',
  'the dashboard stays empty',
  'uploads time out',
  'sessions are mixed up',
]
const CAUSES = [
  'connection pool exhausted',
  'certificate expired',
  'migration missing a column',
  'queue consumer stuck',
  'cache evicted all keys',
  'disk full on the database host',
  'dns record pointed to the old cluster',
  'memory leak after the release',
]
const CATEGORIES = ['database', 'auth', 'config', 'dependency'] as const
const KINDS = ['backup', 'run', 'sql', 'http', 'health', 'notify']

/** Numbers without chance: mulberry32. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

type Next = () => number

const oneOf = <T>(next: Next, from: readonly T[]): T => from[Math.floor(next() * from.length)] as T

const SYLLABLES = ['ka', 'to', 'ri', 'mo', 'ne', 'su', 'la', 'vi', 'do', 'pe', 'za', 'hu']

/** A word of a vocabulary of thousands, the early ones often. */
function word(next: Next): string {
  let n = Math.floor(8_000 * next() ** 3)
  let text = ''
  do {
    text += SYLLABLES[n % SYLLABLES.length]
    n = Math.floor(n / SYLLABLES.length)
  } while (n > 0)
  return text
}

const sentence = (next: Next, words: number): string =>
  Array.from({ length: words }, () => word(next)).join(' ')

/** Writes `count` records into `incidents/` of `root`; gives back their logs. */
export function writeIncidents(root: string, count: number): { ids: string[]; logs: string[] } {
  const next = numbers(count)
  const ids: string[] = []
  const logs: string[] = []
  for (let n = 0; n < count; n++) {
    const at = Date.parse('2016-01-01T08:00:00.000Z') + n * 31_000_000
    const title = `${oneOf(next, SYMPTOMS)} in ${word(next)} since ${word(next)}`
    const slug = title.replace(/[^a-z0-9]+/gi, '-').slice(0, 40)
    const id = `${new Date(at).toISOString().slice(0, 10)}-${slug}-${n}`
    const dir = join(root, 'incidents', id.slice(0, 4), id)
    const log = join(dir, 'log', 'maria@laptop-0a1b2c3d.jsonl')
    mkdirSync(join(dir, 'log'), { recursive: true })
    writeFileSync(log, chained(id, at, drafts(next, { title, at })))
    writeFileSync(join(dir, 'postmortem.md'), report(next, title))
    ids.push(id)
    logs.push(log)
  }
  return { ids, logs }
}

function chained(incident: string, start: number, drafts: readonly EventDraft[]): string {
  let prev = FIRST_PREV
  return drafts
    .map(({ type, data, ...about }, seq) => {
      const at = new Date(start + seq * 40_000).toISOString()
      const head = { v: 1, seq, clock: seq + 1, at, mono_ms: seq * 40_000, boot: 'bench' }
      const actor = { name: 'Maria Example', email: 'maria@example.test', host: 'laptop' }
      const event = { ...head, type, incident, ...about, actor, tool: 'hotwash 0.1.0', data, prev }
      const line = `${JSON.stringify(event)}\n`
      prev = hash('sha256', line)
      return line
    })
    .join('')
}

function drafts(next: Next, { title, at }: { title: string; at: number }): EventDraft[] {
  const time = (minutes: number): string => new Date(at + minutes * 60_000).toISOString()
  const name = `${oneOf(next, SYMPTOMS)} ${word(next)}`
  const cause = oneOf(next, CAUSES)
  const steps = KINDS.map((kind, n) => ({
    id: `${kind}-${word(next)}`,
    kind,
    name: `${kind} ${word(next)} ${n}`,
    always: false,
  }))
  const impact = -Math.floor(5 + 60 * next())
  const detected = { detected_at: time(impact + 60 * next()), impact_start: time(impact) }
  return [
    { type: 'incident.declared', data: { title, severity: oneOf(next, ['SEV1', 'SEV2', 'SEV3']) } },
    // Every tenth says neither.
    { type: 'incident.updated', data: next() < 0.1 ? { reason: 'typo' } : detected },
    { type: 'incident.updated', data: { status: 'acknowledged' } },
    { type: 'note.added', data: { text: `${cause}, says ${sentence(next, 18)}` } },
    {
      type: 'run.started',
      run: 'r1',
      data: {
        runbook: { name, path: `runbooks/${word(next)}.yaml`, sha256: hash('sha256', name) },
        inputs: {},
        guided: true,
        yes: false,
        steps,
      },
    },
    ...steps.flatMap((step): EventDraft[] => [
      {
        type: 'step.started',
        run: 'r1',
        step: step.id,
        attempt: 1,
        data: {
          kind: step.kind,
          name: step.name,
          effect: step.kind === 'health' || step.kind === 'http' ? 'read' : 'change',
          preview: `${step.kind} ${sentence(next, 6)}`,
          digest: hash('sha256', step.id),
          timeout_ms: 60_000,
        },
      },
      {
        type: 'step.finished',
        run: 'r1',
        step: step.id,
        attempt: 1,
        data: { status: 'succeeded', duration_ms: 900, notes: [sentence(next, 8)] },
      },
    ]),
    {
      type: 'finding.made',
      run: 'r1',
      step: steps[0]?.id ?? '',
      data: {
        says: `${cause}: ${sentence(next, 10)}`,
        category: oneOf(next, CATEGORIES),
        confidence: 'likely',
        hypothesis: cause,
      },
    },
    { type: 'run.finished', run: 'r1', data: { status: 'succeeded' } },
    { type: 'incident.updated', data: { status: 'mitigated' } },
    { type: 'incident.resolved', data: {} },
  ]
}

function report(next: Next, title: string): string {
  const action = (n: number): string =>
    `  - { id: a${n}, title: ${sentence(next, 6)}, type: prevent, owner: maria, priority: P1, due: 2026-12-0${n} }`
  return [
    '---',
    'hotwash: 1',
    `title: ${title}`,
    'actions:',
    action(1),
    action(2),
    '---',
    '',
    `# ${title}`,
    ...['Summary', 'Impact', 'Lessons'].flatMap((name) => [
      '',
      `## ${name}`,
      '',
      sentence(next, 60),
    ]),
    '',
  ].join('\n')
}
