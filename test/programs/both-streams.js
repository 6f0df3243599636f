// Prints as many numbered lines as asked to on both streams, as fast as it can.
import { writeSync } from 'node:fs'

const count = Number(process.argv[2])
const BATCH = 1_000
for (let first = 0; first < count; first += BATCH) {
  const numbers = Array.from(
    { length: Math.min(BATCH, count - first) },
    (_, index) => first + index,
  )
  writeSync(1, numbers.map((number) => `out ${number}\n`).join(''))
  writeSync(2, numbers.map((number) => `err ${number}\n`).join(''))
}
