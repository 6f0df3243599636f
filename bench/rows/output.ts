/** A child's output on its way to the evidence: speed against cat and sed, and memory. */
import { closeSync, mkdtempSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createRedactor } from '../../src/redact/redactor.ts'
import { openSink } from '../../src/steps/output-sink.ts'
import { createProcessPort } from '../../src/adapters/process.ts'
import { ENV, has, HOTWASH, peakMemoryMb, repository, run, yard } from '../machine.ts'
import { pair, timed } from '../pair.ts'
import { measured, type Row } from '../row.ts'

const MB = 1 << 20
const LINE = `${'2026-11-21T03:00:00Z login[4711]: accepted session of a user from 192.0.2.1, 200 in 12 ms'.padEnd(99)}\n`

function bigFile(name: string, megabytes: number): string {
  const path = join(yard, name)
  const fd = openSync(path, 'w')
  const block = LINE.repeat(MB / LINE.length)
  for (let n = 0; n < megabytes; n++) writeSync(fd, block)
  closeSync(fd)
  return path
}

async function capture(argv: readonly [string, ...string[]], secrets: number): Promise<void> {
  const redactor = createRedactor()
  for (let n = 0; n < secrets; n++) redactor.add(`S${n}`, `correct-horse-battery-${n}-staple`)
  const sink = openSink({
    folder: mkdtempSync(join(yard, 'spool-')),
    redactor,
    onLine: () => undefined,
  })
  await createProcessPort().run({
    argv,
    cwd: yard,
    env: ENV,
    onOutput: (bytes, stream) => sink.write(bytes, stream),
  })
  await sink.end()
}

/** Peak memory of the built tool while a step prints this file. */
function peakMb(file: string, name: string): string {
  const folder = repository(name)
  const runbook = join(folder, 'loud.yaml')
  writeFileSync(
    runbook,
    `hotwash: 1\nname: Loud\nsteps:\n  - {id: loud, effect: read, run: [cat, ${JSON.stringify(file)}]}\n`,
  )
  return peakMemoryMb([process.execPath, HOTWASH, 'run', runbook], folder)
}

export async function output(): Promise<Row[]> {
  const file = bigFile('output', 256)
  const rules = Array.from(
    { length: 20 },
    (_, n) => `s/correct-horse-battery-${n}-staple/[masked:S${n}]/g`,
  ).join('\n')
  const sedFile = join(yard, 'rules.sed')
  run(['sh', '-c', `cat > ${sedFile} <<'END'\n${rules}\nEND`])
  const rows = [
    measured('capture of 256 MB without secrets', 'cat > file', '<= 1.1 (time)').as(
      await pair(
        5,
        () => capture(['cat', file], 0),
        () => timed(() => run(['sh', '-c', `cat '${file}' > '${join(yard, 'copy')}'`])),
      ),
    ),
    measured('capture of 256 MB, 20 secrets masked', 'sed -f, 20 rules', '<= 0.2 (time)').as(
      has('sed')
        ? await pair(
            3,
            () => capture(['cat', file], 20),
            () =>
              timed(() =>
                run(['sh', '-c', `sed -f '${sedFile}' '${file}' > '${join(yard, 'copy')}'`]),
              ),
          )
        : { notMeasured: 'no sed' },
    ),
  ]
  const masking = createRedactor()
  for (let n = 0; n < 20; n++) masking.add(`S${n}`, `correct-horse-battery-${n}-staple`)
  const bytes = readFileSync(file).subarray(0, 64 * MB)
  const small = bigFile('output-64', 64)
  rows.push(
    measured('masking alone, 64 MB, 20 secrets', 'sed -f, 20 rules', '<= 0.2 (time)').as(
      await pair(
        3,
        () => {
          const stream = masking.stream()
          for (let at = 0; at < bytes.length; at += 1 << 16)
            stream.push(bytes.subarray(at, at + (1 << 16)))
          stream.end()
        },
        () => void run(['sh', '-c', `sed -f '${sedFile}' '${small}' > /dev/null`]),
      ),
    ),
  )
  const whole = peakMb(bigFile('output-1024', 1024), 'loud-1024')
  const quarter = peakMb(file, 'loud-256')
  rows.push(
    measured('peak memory at 1 GB of output', 'at 256 MB', '<= 130 MB, <= 1.5').as({
      growth: `${whole}, ${quarter}`,
    }),
  )
  return rows
}
