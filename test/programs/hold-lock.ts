/** Takes the run lock of a folder, says whether it got it, and holds it until it is killed. */
import { hostname } from 'node:os'
import { createClock } from '../../src/adapters/clock.ts'
import { createProcessPort } from '../../src/adapters/process.ts'
import { createRandom } from '../../src/adapters/random.ts'
import { acquireRunLock } from '../../src/record/journal/lock.ts'
import { MARIA } from '../record/place.ts'

const from = {
  process: createProcessPort(),
  clock: createClock(),
  random: createRandom(),
  host: hostname(),
  actor: MARIA,
}
try {
  acquireRunLock(process.argv[2] ?? '', from)
  process.stdout.write('taken\n')
} catch (error) {
  process.stdout.write(`${(error as { code: string }).code}\n`)
}
setInterval(() => {}, 60_000)
