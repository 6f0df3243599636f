/** Reading big records: verify against sha256sum, status against jq, a report of 10,000 rows. */
import { appendFileSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { hash } from 'node:crypto'
import { join } from 'node:path'
import { buildRecordWorld } from '../../src/cli/build-record-world.ts'
import { has, HOTWASH, peakMemoryMb, plainFolder, repository, run } from '../machine.ts'
import { pair } from '../pair.ts'
import { measured, type Row } from '../row.ts'

const HUNDRED_THOUSAND = 100_000
const MILLION = 1_000_000

/** An incident with so many events, its log written at once: the chain is real, only the syncs are left out. */
async function bigIncident(
  folder: string,
  events: number,
): Promise<{ folder: string; log: string; dir: string }> {
  const { store } = await buildRecordWorld(folder)
  const journal = store.create({ title: 'Big' })
  journal.append({ type: 'incident.declared', data: { title: 'Big', severity: 'SEV3' } })
  journal.append({
    type: 'note.added',
    data: { text: 'a line of the timeline, as long as people write them in a hurry' },
  })
  const [file = ''] = readdirSync(join(journal.dir, 'log'))
  const log = join(journal.dir, 'log', file)
  const [, last = ''] = readFileSync(log, 'utf8').split('\n')
  const model = JSON.parse(last) as { seq: number; clock: number; prev: string }
  let prev = hash('sha256', `${last}\n`, 'hex')
  let lines: string[] = []
  for (let n = 2; n < events; n++) {
    const line = `${JSON.stringify({ ...model, seq: n, clock: model.clock + n - 1, prev })}\n`
    prev = hash('sha256', line, 'hex')
    lines.push(line)
    if (lines.length < 20_000 && n < events - 1) continue
    appendFileSync(log, lines.join(''))
    lines = []
  }
  return { folder, log, dir: journal.dir }
}

export async function reading(): Promise<Row[]> {
  const rows: Row[] = []
  const million = await bigIncident(repository('million'), MILLION)
  const verify = [process.execPath, HOTWASH, 'audit', 'verify', million.dir] as const
  rows.push(
    measured('audit verify of 1,000,000 events', 'sha256sum of the log', '<= 1.0').as(
      await pair(
        3,
        () => void run([...verify], million.folder),
        () => void run(['sha256sum', million.log]),
      ),
    ),
    measured('audit verify of 1,000,000 events, peak memory', '', '<= 80 MB').as({
      growth: peakMemoryMb(verify, million.folder),
    }),
  )

  const hundred = await bigIncident(repository('hundred-thousand'), HUNDRED_THOUSAND)
  rows.push(
    measured('status over 100,000 events', 'jq -c .', '<= 0.25').as(
      has('jq')
        ? await pair(
            5,
            () => void run([process.execPath, HOTWASH, 'status'], hundred.folder),
            () => void run(['jq', '-c', '.', hundred.log]),
          )
        : { notMeasured: 'no jq' },
    ),
  )

  // Without a repository: the commits of 10,000 events are another row's business.
  const ten = await bigIncident(plainFolder('ten-thousand'), 10_000)
  const draft = () => {
    rmSync(join(ten.dir, 'postmortem.md'), { force: true })
    run([process.execPath, HOTWASH, 'postmortem', 'draft'], ten.folder)
  }
  rows.push(
    measured('post-mortem of 10,000 timeline rows, Markdown', 'audit verify of the same', '').as(
      await pair(
        3,
        draft,
        () => void run([process.execPath, HOTWASH, 'audit', 'verify', ten.dir], ten.folder),
      ),
    ),
  )
  return rows
}
