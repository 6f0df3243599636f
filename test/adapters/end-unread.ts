/**
 * The worst moment for a child to end: its exit is told together with that of another one, before the
 * last of what it said was read; and then the program is at work for longer than any grace.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { ProcessPort } from '../../src/ports/process.ts'
import { isRunning } from '../running.ts'

const AT_WORK_MS = 500

/** All that the child says. */
export const WORDS = 'first words\nlast words\n'

/** `start` runs the shell script that it is given, in `folder`. */
export const endUnread = async <T>(
  port: ProcessPort,
  { folder, start }: { folder: string; start: (script: string) => Promise<T> },
): Promise<T> => {
  const tell = (name: string): void => writeFileSync(join(folder, name), '')
  const child = start(`echo first words; ${at('pid')}; ${until('end')}; echo last words`)
  const other = port.run({
    argv: ['sh', '-c', `${at('other')}; ${until('go')}; echo said`],
    cwd: folder,
    env: port.env(),
    onOutput() {
      tell('end')
      stillUntil(() => !isRunning(pid))
      const from = performance.now()
      setImmediate(() => stillUntil(() => performance.now() - from > AT_WORK_MS))
    },
  })
  const [pid, otherPid] = [await pidIn(join(folder, 'pid')), await pidIn(join(folder, 'other'))]
  tell('go')
  stillUntil(() => !isRunning(otherPid))
  await other
  return child
}

const at = (name: string): string => `echo $$ > ${name}.tmp; mv ${name}.tmp ${name}`
const until = (name: string): string => `while [ ! -e ${name} ]; do sleep 0.01; done`

const pidIn = async (path: string): Promise<number> => {
  while (!existsSync(path)) await delay(10)
  return Number(readFileSync(path, 'utf8'))
}

/** Looks at no event meanwhile. */
const stillUntil = (isSo: () => boolean): void => {
  const clock = new Int32Array(new SharedArrayBuffer(4))
  while (!isSo()) Atomics.wait(clock, 0, 0, 5)
}
