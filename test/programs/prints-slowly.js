// Prints its first argument in as many writes as it has bytes.
import { writeSync } from 'node:fs'

for (const byte of Buffer.from(process.argv[2])) {
  writeSync(1, Buffer.from([byte]))
  await new Promise((resolve) => setTimeout(resolve, 1))
}
writeSync(1, '\n')
