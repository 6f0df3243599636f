/** The kind `config` on large env files, against the same work of `sort` and `join` over them. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createFiles } from '../../src/adapters/files.ts'
import { createRandom } from '../../src/adapters/random.ts'
import { keyedDigest } from '../../src/engine/attempt/incident-key.ts'
import type { Journal } from '../../src/ports/journal.ts'
import { createRedactor } from '../../src/redact/redactor.ts'
import type { StepContext } from '../../src/steps/kind.ts'
import { config } from '../../src/steps/kinds/config.ts'
import { plainFolder } from '../machine.ts'
import { pair } from '../pair.ts'
import { measured, type Row } from '../row.ts'

const KEYS = 10_000

/** One setting in fifty is a secret, which is more than services have. */
function envFile(seed: string): string {
  const lines = Array.from({ length: KEYS }, (_, index) => {
    const value = createHash('sha256').update(`${seed}${index}`).digest('base64url')
    return index % 50 === 0
      ? `SETTING_${index}_SECRET=${value}`
      : `SETTING_${index}=${value.slice(0, 12)}`
  })
  return `${lines.join('\n')}\n`
}

function contextIn(folder: string): StepContext {
  const redactor = createRedactor()
  const journal = { dir: join(folder, 'incident') } as Journal
  const context = {
    ports: { files: createFiles({ stateDir: join(folder, 'state') }) },
    cwd: folder,
    env: {},
    learnSecret: (name: string, value: string) => redactor.add(name, value),
    keyedDigest: (content: string) => keyedDigest(journal, createRandom(), content),
  }
  return context as unknown as StepContext
}

const SHELL = `join -t= -j1 -a1 -a2 <(sort a.env) <(sort b.env) | sha256sum`

export async function configRows(): Promise<Row[]> {
  const folder = plainFolder('config')
  writeFileSync(join(folder, 'a.env'), envFile('a'))
  writeFileSync(join(folder, 'b.env'), envFile('b'))
  const look = async (asked: object): Promise<void> => {
    const outcome = await config.run(config.params.parse(asked) as never, contextIn(folder))
    if (outcome.ended !== 'completed') throw new Error(outcome.reason ?? outcome.ended)
  }
  const rules = { '*_SECRET': { min_length: 32, strength: 'strong' as const } }
  const shell = (): void => {
    execFileSync('bash', ['-c', SHELL], { cwd: folder, env: { ...process.env, LC_ALL: 'C' } })
  }
  return [
    measured(
      `config: ${KEYS} keys of one file with rules`,
      'join of two sorted files',
      '<= 100 ms',
    ).as(await pair(9, () => look({ files: ['a.env'], rules }), shell)),
    measured(`config: ${KEYS} keys in each of two files`, 'join of two sorted files', '').as(
      await pair(9, () => look({ files: ['a.env', 'b.env'], order: 'last_wins', rules }), shell),
    ),
  ]
}
