/**
 * Each version of a log goes on from the one before it. A version is named by what it is the
 * beginning of: mostly of the last one; where a commit changed what was there, its own bytes are
 * read once and stand for all versions before it. So the commit that changed the log is the only
 * one that is named, and not each version that no longer fits.
 */
import { blobId } from '../git/objects.ts'
import { blobSizes, readObjects } from '../git/objects.ts'
import type { Change, HistoryContext } from './changes.ts'
import type { ReadLog } from './meaning.ts'
import { eventOfByte, eventWords } from './event-words.ts'
import type { Problem } from './problem.ts'

/** A log as the last commit has it. */
export type TipLog = ReadLog & { path: string; bytes: Buffer }

type Log = Pick<TipLog, 'path' | 'bytes'> & { writer: string }

type Looking = {
  context: HistoryContext
  log: Log
  /** The last version, and each one that something was changed after. */
  wholes: Buffer[]
  sizes: ReadonlyMap<string, number>
  /** By blob id, the version it is the beginning of. */
  known: Map<string, Buffer>
  nameOf: (commit: string) => string
}

/** `changes`: of the logs, the newest first. */
export async function logChanges(
  context: HistoryContext,
  changes: readonly Change[],
  { logs, nameOf }: { logs: readonly TipLog[]; nameOf: (commit: string) => string },
): Promise<Problem[]> {
  const ids = new Set(changes.flatMap(({ was, is }) => [was, is]).filter((id) => !isNothing(id)))
  const sizes = await blobSizes(context, [...ids])
  const problems: Problem[] = []
  // A log that the last commit lacks was removed: said already.
  for (const { path, bytes, report } of logs) {
    const log = { path, bytes, writer: report.writer }
    const looking = { context, log, wholes: [bytes], sizes, known: new Map(), nameOf }
    const own = changes.filter((change) => change.path === path && change.status !== 'D')
    problems.push(...(await changesOf(looking, own)))
  }
  return problems
}

const isNothing = (id: string): boolean => /^0+$/.test(id)

async function changesOf(looking: Looking, changes: readonly Change[]): Promise<Problem[]> {
  const { log, sizes, nameOf } = looking
  const { path, writer } = log
  const problems = new Map<string, Problem>()
  let isBroken = false
  let other: Problem | undefined
  for (const change of changes) {
    const { commit, was, is } = change
    const [before, now] = [isNothing(was) ? 0 : sizes.get(was), sizes.get(is)]
    const whole = now === undefined ? undefined : await wholeOf(looking, is, now)
    if (before === undefined || now === undefined || whole === undefined) {
      const message = `${nameOf(commit)}: git cannot read its version of ${path}; restore it from another clone`
      problems.set(`${commit} object`, { code: 'object', writer, path, message })
      continue
    }
    if (whole !== log.bytes) {
      const says = (event: string) =>
        `${nameOf(commit)} has another ${path} than the last one: ${event} differs`
      other ??= differing(log, { whole, end: now, than: log.bytes, says })
    }
    if (isNothing(was) || (before <= now && isBeginning(whole, before, was))) continue
    isBroken = true
    if (!problems.has(commit)) problems.set(commit, await changed(looking, { change, whole, now }))
  }
  const found = [...problems.values()]
  return isBroken || other === undefined ? found : [...found, other]
}

const isBeginning = (whole: Buffer, size: number, id: string): boolean =>
  size <= whole.length && blobId(whole.subarray(0, size), id.length) === id

/** The version that this blob is the beginning of; undefined: git cannot read it. */
async function wholeOf(looking: Looking, id: string, size: number): Promise<Buffer | undefined> {
  const { context, wholes, known } = looking
  const whole =
    known.get(id) ??
    wholes.find((one) => isBeginning(one, size, id)) ??
    (await readObjects(context, [id])).get(id)
  if (whole === undefined) return undefined
  known.set(id, whole)
  if (!wholes.includes(whole)) wholes.push(whole)
  return whole
}

async function changed(
  { context, log, nameOf }: Looking,
  { change, whole, now }: { change: Change; whole: Buffer; now: number },
): Promise<Problem> {
  const { commit, path, was } = change
  const old = (await readObjects(context, [was])).get(was) ?? Buffer.alloc(0)
  const says = (event: string, isCut: boolean) =>
    isCut
      ? `${nameOf(commit)} cuts ${path} off before ${event}`
      : `${nameOf(commit)} changes ${path}: ${event} differs`
  return differing(log, { whole, end: now, than: old, says })
}

type Differing = {
  whole: Buffer
  end: number
  than: Buffer
  says: (event: string, isCut: boolean) => string
}

function differing({ path, writer }: Log, { whole, end, than, says }: Differing): Problem {
  const at = firstDifference(whole.subarray(0, end), than)
  const event = eventOfByte(than, at)
  const message = says(eventWords({ ...event, writer }), at === end)
  return { code: 'not_a_prefix', writer, seq: event.seq, path, message }
}

export function firstDifference(a: Uint8Array, b: Uint8Array): number {
  const end = Math.min(a.length, b.length)
  for (let at = 0; at < end; at += 1) if (a[at] !== b[at]) return at
  return end
}
