/** Learning across 10,000 incidents: cold, warm, how it grows, and what it needs of memory. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { HOTWASH, peakMemoryMb, repository, run } from '../machine.ts'
import { writeIncidents } from '../../test/catalog/many-incidents.ts'
import { median, pair, timed } from '../pair.ts'
import { measured, type Row } from '../row.ts'

const FEW = 1_000
const MANY = 10_000

const COMMANDS = {
  stats: ['stats'],
  similar: ['similar', 'login answers 500, connection pool exhausted'],
  search: ['search', 'pool exhausted kaz*'],
} as const

type Name = keyof typeof COMMANDS

const argv = (name: Name): [string, ...string[]] => [process.execPath, HOTWASH, ...COMMANDS[name]]

/** Runs it as a user does, from the start of Node to its end. */
const once = (name: Name, folder: string) => (): void => void run(argv(name), folder)

export async function catalog(): Promise<Row[]> {
  const few = repository('one-thousand')
  const many = repository('ten-thousand-incidents')
  writeIncidents(few, FEW)
  writeIncidents(many, MANY)
  const rows: Row[] = []
  rows.push(...(await coldRows(many)))
  for (const name of ['stats', 'similar', 'search'] as const) {
    const goal = name === 'search' ? '' : '< 1,000 ms'
    const floor = ['sh', '-c', 'find incidents -type f -print0 | xargs -0 grep -ci pool || true']
    rows.push(
      measured(`${name} over 10,000 incidents, warm`, 'grep of all logs and reports', goal).as(
        await pair(5, once(name, many), () => void run(floor as [string, ...string[]], many)),
      ),
      measured(`${name}: 1,000 to 10,000 incidents, warm`, '', '<= 10 times').as({
        growth: await growth(once(name, few), once(name, many)),
      }),
      measured(`${name} over 10,000 incidents, warm, peak memory`, '', '< 300 MB').as({
        growth: peakMemoryMb(argv(name), many),
      }),
    )
  }
  // Last: each adds an incident.
  const none = repository('no-incidents')
  const declare = (folder: string) => (): void =>
    void run(
      [process.execPath, HOTWASH, 'declare', 'login answers 500', '--severity', 'SEV2'],
      folder,
    )
  rows.push(
    measured('declare, 10,000 incidents to compare with', 'declare, none', '').as(
      await pair(5, declare(many), declare(none)),
    ),
  )
  return rows
}

async function coldRows(many: string): Promise<Row[]> {
  const forget = (): void =>
    rmSync(join(many, '.git', 'hotwash', 'catalog'), { recursive: true, force: true })
  forget()
  const ms = await timed(once('similar', many))
  forget()
  const memory = peakMemoryMb(argv('similar'), many)
  return [
    measured('similar over 10,000 incidents, cold', '', 'seconds').as({
      growth: `${(ms / 1000).toFixed(1)} s`,
    }),
    measured('similar over 10,000 incidents, cold, peak memory', '', '< 300 MB').as({
      growth: memory,
    }),
  ]
}

/** Of the whole command; what Node needs to start is in both. */
async function growth(few: () => void, many: () => void): Promise<string> {
  const times = { few: [] as number[], many: [] as number[] }
  for (let round = -1; round < 5; round++) {
    const one = { few: await timed(few), many: await timed(many) }
    if (round < 0) continue
    times.few.push(one.few)
    times.many.push(one.many)
  }
  const [a, b] = [median(times.few), median(times.many)]
  return `${(b / a).toFixed(1)} times (${a.toFixed(0)} to ${b.toFixed(0)} ms)`
}
