/** The journal and its commits: against write + fdatasync, against git's own porcelain, and growth. */
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildRecordWorld } from '../../src/cli/build-record-world.ts'
import { compile, HOTWASH, repository, run, yard } from '../machine.ts'
import { median, pair, timed } from '../pair.ts'
import { measured, type Row } from '../row.ts'

const EVENTS = 500

export async function record(): Promise<Row[]> {
  return [await append(), ...(await commits())]
}

async function append(): Promise<Row> {
  const row = measured(
    'an event appended (masked, chained, synced)',
    'C: write + fdatasync',
    '<= 1.1',
  )
  const floor = compile('append')
  if (floor === undefined) return row.as({ notMeasured: 'no C compiler' })
  const { store } = await buildRecordWorld(repository('append'))
  const journal = store.create({ title: 'append' })
  const note = (n: number) =>
    journal.append({ type: 'note.added', data: { text: `note ${n} ${'x'.repeat(200)}` } })
  note(0)
  const [log = ''] = run(['sh', '-c', `ls -d ${journal.dir}/log/*`])
    .trim()
    .split('\n')
  const bytes = statSync(log).size
  return row.as(
    await pair(
      7,
      () => timed(() => Array.from({ length: EVENTS }, (_, n) => note(n))),
      () => run([floor, join(yard, 'append.log'), String(EVENTS), String(bytes)]),
    ),
  )
}

/** A repository that holds this many incidents of one year already, in one commit. */
function crowded(incidents: number): string {
  const folder = repository(`crowd-${incidents}`)
  const stream = [
    'commit refs/heads/main',
    'committer Bench <bench@example.test> 0 +0000',
    'data 5',
    'crowd',
    'from refs/heads/main^0',
  ]
  for (let n = 0; n < incidents; n++)
    stream.push(
      `M 100644 inline incidents/2026/2026-01-01-${n}/log/a@b-00000000.jsonl`,
      'data 2',
      '{}',
    )
  const path = join(folder, '.git', 'crowd')
  writeFileSync(path, `${stream.join('\n')}\n`)
  run(['sh', '-c', `git fast-import --quiet < .git/crowd && git reset -q --hard`], folder)
  return folder
}

/** Milliseconds of `hotwash note`, less those of the same without a commit to make. */
async function commits(): Promise<Row[]> {
  const costs: Record<number, number> = {}
  const rows: Row[] = []
  for (const incidents of [10, 10_000]) {
    const folder = crowded(incidents)
    run([process.execPath, HOTWASH, 'declare', 'Bench', '--severity', 'SEV4'], folder)
    const base = await buildRecordWorld(folder)
    const { openPublisher } = await import('../../src/record/git/publish.ts')
    const journal = base.store.open(base.store.list().find((id) => id.endsWith('-bench')) ?? '')
    const publisher = openPublisher({ ...base, repository: base.repository, journal })
    await publisher.flush(60_000)
    const ours: number[] = []
    const result = await pair(
      9,
      async () => {
        journal.append({ type: 'note.added', data: { text: 'one more' } })
        const ms = await timed(() => publisher.flush(60_000))
        ours.push(ms)
        return ms
      },
      () => {
        mkdirSync(join(folder, 'peer'), { recursive: true })
        writeFileSync(join(folder, 'peer', 'note'), String(performance.now()))
        return timed(() => {
          run(['git', 'add', 'peer/note'], folder)
          run(['git', 'commit', '-q', '-m', 'note'], folder)
        })
      },
    )
    costs[incidents] = median(ours)
    rows.push(
      measured(
        `a commit, ${incidents.toLocaleString('en')} incidents`,
        'git add + git commit',
        incidents === 10 ? '' : '<= 0.25',
      ).as(result),
    )
  }
  const [few = 0, many = 0] = [costs[10], costs[10_000]]
  rows.push(
    measured('growth: commit with 10 and 10,000 incidents', '10 incidents', '<= 1.5').as({
      growth: `${few.toFixed(1)}, ${many.toFixed(1)} ms: ${(many / few).toFixed(2)}`,
    }),
  )
  return rows
}
