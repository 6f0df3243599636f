/** The kind `load` on a server that does nothing: speed against a bare loop of undici, and its timing. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Agent } from 'undici'
import { HOTWASH, repository, run } from '../machine.ts'
import { median, pair } from '../pair.ts'
import { measured, type Row } from '../row.ts'

const COUNT = 20_000
const AT_ONCE = 16
const RATE = 2_000
const ROUNDS = 7

const SERVER = `require('node:http').createServer((_, answer) => answer.end('{"ok":true}')).listen(0, '127.0.0.1', function () { console.log(this.address().port) })`

async function serve(): Promise<{ url: string; stop: () => void }> {
  const child = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  return { url: `http://127.0.0.1:${String(port).trim()}`, stop: () => void child.kill() }
}

/** Milliseconds of that many requests, so many at a time, each answer read to its end. */
async function bareLoop(url: string): Promise<number> {
  const agent = new Agent()
  let left = COUNT
  const worker = async (): Promise<void> => {
    while (left-- > 0) {
      const { body } = await agent.request({ origin: url, path: '/', method: 'GET' })
      await body.text()
    }
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  const ms = performance.now() - began
  await agent.close()
  return ms
}

/** What the built tool measured of one load. */
function hotwashLoad(url: string, fields: string): { ms: number; rps: number; late: number } {
  const folder = repository(`load-${performance.now()}`)
  const runbook = join(folder, 'load.yaml')
  writeFileSync(
    runbook,
    `hotwash: 1
name: Load
owner: bench
steps:
  - id: hit
    load: {step: {http: {url: "${url}/"}}, concurrency: ${AT_ONCE}, ${fields}}
    outputs: {ms: duration_ms, per_second: rps, late: late}
`,
  )
  const printed = run([process.execPath, HOTWASH, 'run', runbook, '--json'], folder)
  const [step] = (JSON.parse(printed) as { steps: { outputs: Record<string, number> }[] }).steps
  const { ms = Number.NaN, per_second: rps = Number.NaN, late = 0 } = step?.outputs ?? {}
  return { ms, rps, late }
}

/** Greatest deviation from the median, in per cent of it. */
function spread(numbers: readonly number[]): string {
  const middle = median(numbers)
  const most = Math.max(...numbers.map((one) => Math.abs(one - middle)))
  return `${((100 * most) / middle).toFixed(1)} %`
}

export async function load(): Promise<Row[]> {
  const { url, stop } = await serve()
  try {
    const speeds: number[] = []
    const speed = await pair(
      ROUNDS,
      () => {
        const { ms, rps } = hotwashLoad(url, `count: ${COUNT}`)
        speeds.push(rps)
        return ms
      },
      () => bareLoop(url),
    )
    const paced = Array.from({ length: ROUNDS }, () => hotwashLoad(url, `for: 3s, rate: ${RATE}/s`))
    const kept = paced.map(({ rps }) => rps)
    const late = paced.reduce((sum, one) => sum + one.late, 0)
    return [
      measured(
        `load: ${COUNT.toLocaleString('en')} requests, ${AT_ONCE} at a time`,
        'undici, a bare loop',
        '>= 2,000/s',
      ).as(speed),
      measured('load: requests per second, one process', '', '>= 2,000/s').as({
        growth: `${Math.round(median(speeds.slice(1)))}/s, within ${spread(speeds.slice(1))}`,
      }),
      measured(`load: a stated rate of ${RATE}/s, never exceeded`, '', 'spread < 10 %').as({
        growth: `${Math.round(median(kept))}/s, within ${spread(kept)}, ${late} late`,
      }),
    ]
  } finally {
    stop()
  }
}
