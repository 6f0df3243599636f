import { spawnSync } from 'node:child_process'
import { ENV, HOTWASH, repository } from '../machine.ts'
import { pair } from '../pair.ts'
import { measured, type Row } from '../row.ts'

export async function startUp(): Promise<Row[]> {
  const folder = repository('start-up')
  const node = (...args: string[]) => {
    const { status, stderr } = spawnSync(process.execPath, args, {
      cwd: folder,
      env: ENV,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`)
  }
  const bare = () => node('-e', '0')
  const against = async (goal: string, n: number, ...args: string[]) =>
    measured(
      `hotwash ${args.join(' ')}${args[0] === 'list' ? ', no incidents' : ''}`,
      'bare node',
      goal,
    ).as(await pair(n, () => node(HOTWASH, ...args), bare))
  return [
    await against('<= 1.15', 25, '--version'),
    await against('<= 2.5', 15, '--help'),
    await against('<= 2.5', 15, 'list'),
  ]
}
