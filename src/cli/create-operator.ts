/** Who is asked: the person at the terminal, or nobody. Screen and prompts are talk: stderr. */
import type { Clock } from '../ports/clock.ts'
import type { Operator } from '../ports/operator.ts'
import { createPlain } from './plain.ts'

export async function createOperator(options: { plain: boolean; clock: Clock }): Promise<Operator> {
  if (options.plain || !isTerminal(process.env)) return createPlain()
  const { createScreen } = await import('./screen/create-screen.ts')
  return createScreen({ clock: options.clock })
}

/** A pipe, CI and a dumb terminal get append-only lines. */
const isTerminal = (env: NodeJS.ProcessEnv): boolean =>
  process.stdin.isTTY && process.stderr.isTTY && env['TERM'] !== 'dumb' && !env['CI']
