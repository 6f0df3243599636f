/** All that the records of several incidents say: their logs, and their reports with the head. */
import { setImmediate } from 'node:timers/promises'
import { HotwashError } from '../../errors.ts'
import type { IncidentEvent } from '../../incident/event.ts'
import type { IncidentState } from '../../incident/state.ts'
import type { FrontMatter } from '../../postmortem/front-matter/schema.ts'
import type { RecordWorld } from '../record-world.ts'
import { readReports, type ReportSource } from './report-sources.ts'

export type WholeRecord = {
  events: readonly IncidentEvent[]
  state: IncidentState
  /** Text of postmortem.md, and its head where it has a sound one. */
  report: string | undefined
  head: FrontMatter | undefined
}

/** `problems`: what could not be understood, in words; without a record it is why there is none. */
export type Read = { record: WholeRecord | undefined; problems: string[] }

/** One after the other, so that only one is in memory. */
export async function* readRecords<One extends { id: string; source: ReportSource }>(
  world: RecordWorld,
  all: readonly One[],
): AsyncGenerator<One & Read> {
  const reports = await readReports(world, new Map(all.map(({ id, source }) => [id, source])))
  for (const one of all) {
    yield { ...one, ...(await readRecord(world, one.id, reports.get(one.id))) }
    // What is held weakly is held until the event loop turns: else all records stay in memory.
    await setImmediate()
  }
}

async function readRecord(
  world: RecordWorld,
  id: string,
  report: string | undefined,
): Promise<Read> {
  try {
    const { events, state, damage } = world.store.read(id)
    const { head, problem } = await headOf(report, `${world.store.recordPath(id)}/postmortem.md`)
    return {
      record: { events, state, report, head },
      problems: [damage, problem].filter((text) => text !== undefined),
    }
  } catch (error) {
    // Whatever it is: the others are to be seen.
    const how = error instanceof HotwashError || isOfFile(error) ? '' : 'not understood: '
    return { record: undefined, problems: [`${how}${(error as Error).message}`] }
  }
}

const isOfFile = (error: unknown): boolean => (error as NodeJS.ErrnoException).syscall !== undefined

async function headOf(
  report: string | undefined,
  path: string,
): Promise<{ head: FrontMatter | undefined; problem: string | undefined }> {
  if (report === undefined) return { head: undefined, problem: undefined }
  const { parseFrontMatter } = await import('../../postmortem/front-matter/parse-front-matter.ts')
  // Some editors begin a file with a mark of its byte order.
  const { head, issues } = parseFrontMatter(report.replace(/^\uFEFF/, ''), path)
  const [first] = issues
  if (head !== undefined || first === undefined) return { head, problem: undefined }
  const { line, column } = first.place
  return {
    head,
    problem: `the head of its report cannot be read: ${path}:${line}:${column}: ${first.message}`,
  }
}
