/** A ready runbook pointed at a sample service by flags alone, as a stranger points it at an own one. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { freshPlace, git, hotwash, json, startHotwash, type Ended, type Place } from './hotwash.ts'
import type { Report } from './outage-lab.ts'
import { openIn } from './terminal.ts'

export type Ready = {
  place: Place
  runbook: string
  inputs: Readonly<Record<string, string>>
  secrets: readonly string[]
  /** All that was run so far, for the search for secrets. */
  ended: Ended[]
  stop: () => Promise<void>
}

type World = { secrets: string[]; stop: () => Promise<void> }

/** `make` fills the folder with a repository and a running service. */
export async function getReady<W extends World>(
  runbook: string,
  make: (dir: string) => Promise<W>,
  inputs: (world: W) => Record<string, string>,
): Promise<Ready & { world: W }> {
  const place = freshPlace({ git: false })
  const world = await make(place.dir)
  const { secrets, stop } = world
  return { place, runbook, inputs: inputs(world), secrets, ended: [], stop, world }
}

export const commandOf = ({ runbook, inputs }: Ready, more: Record<string, string> = {}) => [
  'run',
  runbook,
  ...Object.entries({ ...inputs, ...more }).flatMap(([name, value]) => ['-i', `${name}=${value}`]),
]

export async function runIt(
  ready: Ready,
  more: Record<string, string> = {},
): Promise<{ code: number | null; report: Report }> {
  const ended = await startHotwash(ready.place, [...commandOf(ready, more), '--yes', '--json'])
    .ended
  return keep(ready, ended)
}

export const call = (ready: Ready, ...args: string[]) =>
  keep(ready, hotwash(ready.place, [...args, '--json']))

function keep(ready: Ready, ended: Ended): { code: number | null; report: Report } {
  ready.ended.push(ended)
  if (ended.stdout.trim() === '') throw new Error(`it ended with ${ended.code}: ${ended.stderr}`)
  return { code: ended.code, report: json<Report>(ended) }
}

/** Ids of steps by what became of them. */
export const idsOf = ({ steps }: Report, status: string): string[] =>
  steps.filter((step) => step.status === status).map(({ id }) => id)

export const reasonOf = ({ steps }: Report, id: string): string =>
  steps.find((step) => step.id === id)?.reason ?? ''

export function postmortem(ready: Ready): string {
  const ended = hotwash(ready.place, ['postmortem', 'draft', '--json'])
  ready.ended.push(ended)
  const { branch, path } = json<{ path: string; branch: string }>(ended)
  // Line ends and the escapes of Markdown are of no interest here.
  return git(ready.place, 'show', `${branch}:${path}`).replaceAll(/\\(?=[^a-zA-Z0-9\s])/g, '')
}

/** That each stands after the one before. */
export function expectInOrder(text: string, ...wanted: (string | RegExp)[]): void {
  let from = 0
  for (const one of wanted) {
    const rest = text.slice(from)
    const at = typeof one === 'string' ? rest.indexOf(one) : rest.search(one)
    expect([String(one), at >= 0]).toEqual([String(one), true])
    from += at + 1
  }
}

/** As a person goes through a run at a terminal: looks at each step and says run. Returns the end. */
export async function walkThrough(
  ready: Ready,
  more: Record<string, string> = {},
): Promise<string> {
  const words = commandOf(ready, more).map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`)
  const terminal = openIn(ready.place, 160, words.join(' '))
  for (let at = 0, began = Date.now(); ; await sleep(30)) {
    const text = terminal.text()
    if (/^exit=\d+/m.test(text)) {
      ready.ended.push({ code: null, signal: null, stdout: text, stderr: '' })
      return text
    }
    const asked = [...text.matchAll(/step (\d+) of \d+/g)].at(-1)
    const step = Number(asked?.[1] ?? 0)
    if (step > at && text.slice(asked?.index).includes('[r] run')) {
      terminal.keys('r')
      at = step
      began = Date.now()
    }
    if (Date.now() - began > 90_000) throw new Error(`it does not go on:\n${text}`)
  }
}
