/** Which commit brought each event into git: for citations, which name it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { IncidentEvent } from '../../incident/event.ts'
import { decodeLine } from '../journal/codec.ts'
import { gitText, type RecordGit } from './incident-branch.ts'
import { logNames } from '../journal/logs.ts'
import { eventName, recordPath, writerOf } from '../names.ts'

export type EventCommits = (event: IncidentEvent) => string | undefined

/** `ref` is the incident's branch; it must exist. */
export const eventCommits = async (
  from: Pick<RecordGit, 'git' | 'repository'>,
  journal: { dir: string; incident: string },
  ref: string,
): Promise<EventCommits> => {
  const commits = await commitsByName(from, journal.incident, ref)
  const found = new Map<string, string>()
  for (const log of logNames(join(journal.dir, 'log'))) {
    const writer = writerOf(log)
    // A start is committed with its end: an event is in the first commit at or behind it.
    let commit: string | undefined
    for (const event of readEvents(join(journal.dir, 'log', log)).reverse()) {
      commit = commits.get(eventName(writer, event)) ?? commit
      if (commit !== undefined) found.set(identityOf(event), commit)
    }
  }
  return (event) => found.get(identityOf(event))
}

const commitsByName = async (
  from: Pick<RecordGit, 'git' | 'repository'>,
  incident: string,
  ref: string,
): Promise<Map<string, string>> => {
  const format = '--format=%H %(trailers:key=Event,valueonly,separator=%x2C)'
  const log = await gitText(from, ['log', format, ref, '--', `${recordPath(incident)}/log`])
  const lines = log.split('\n').filter((line) => line.includes(' '))
  return new Map(
    lines.map((line) => [line.slice(line.indexOf(' ') + 1).trim(), line.split(' ')[0] ?? '']),
  )
}

const readEvents = (path: string): IncidentEvent[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => decodeLine(line))
    .flatMap((decoded) => (decoded.ok ? [decoded.event] : []))

/** The chain makes it unique: no two events of one log have the same predecessor. */
const identityOf = ({ seq, prev, actor, at }: IncidentEvent): string =>
  JSON.stringify([seq, prev, actor.email, actor.host, at])
