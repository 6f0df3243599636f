/** `npm run bench [NAME…]`: ratios against the floor, measured in the same run on this machine. */
import { cpus, loadavg } from 'node:os'
import { tidy } from './machine.ts'
import { table, type Row } from './row.ts'
import { catalog } from './rows/catalog.ts'
import { configRows } from './rows/config.ts'
import { load } from './rows/load.ts'
import { logs } from './rows/logs.ts'
import { output } from './rows/output.ts'
import { postmortem } from './rows/postmortem.ts'
import { reading } from './rows/reading.ts'
import { record } from './rows/record.ts'
import { schemaRows } from './rows/schema.ts'
import { startUp } from './rows/start-up.ts'
import { steps } from './rows/steps.ts'

const GROUPS: Record<string, () => Promise<Row[]>> = {
  'start-up': startUp,
  steps,
  record,
  output,
  load,
  logs,
  reading,
  postmortem,
  schema: schemaRows,
  config: configRows,
  catalog,
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in GROUPS))
if (unknown.length > 0) {
  process.stderr.write(
    `no such group: ${unknown.join(', ')}; there are ${Object.keys(GROUPS).join(', ')}\n`,
  )
  process.exit(2)
}

const rows: Row[] = []
try {
  for (const [name, measure] of Object.entries(GROUPS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    process.stderr.write(`measuring ${name} …\n`)
    rows.push(...(await measure()))
  }
} finally {
  tidy()
}
process.stdout.write(
  `${table(rows)}\n\nNode ${process.version}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}; A and B interleaved; a wide spread means a noisy machine.\n`,
)
