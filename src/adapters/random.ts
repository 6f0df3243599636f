import { randomBytes } from 'node:crypto'
import type { Random } from '../ports/clock.ts'

export function createRandom(): Random {
  return { hex: (bytes) => randomBytes(bytes).toString('hex') }
}
