/**
 * `audit verify`. A record is looked at wherever it is: the live journal, the incident's branch here
 * and at the remote, the commit that is checked out, and the copy in the work tree; each by itself,
 * and all against the longest.
 */
import { existsSync, lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readRecordTree } from '../git/commits.ts'
import { commitsOf, isAncestor, type RecordGit } from '../git/incident-branch.ts'
import { blobId } from '../git/objects.ts'
import { logNames } from '../journal/logs.ts'
import { isOthers } from '../journal/others.ts'
import { isOfRecord, recordPath, writerOf } from '../names.ts'
import type { CommitReport } from './commit.ts'
import { anchorOf, inNoCommit, verifyCommit } from './commit.ts'
import { readFolder } from './folder.ts'
import { squashNotes } from './history.ts'
import { firstDifference } from './log-history.ts'
import { meaningOf } from './meaning.ts'
import { eventOfByte, eventWords } from './event-words.ts'
import { fileProblems } from './kept-files.ts'
import type { Problem, Verified, VerifiedLog } from './problem.ts'

/** A folder by itself. It cannot show that its last lines were cut off. */
export async function verifyFolder(dir: string, incident: string): Promise<Verified> {
  const { problems, logs, notes } = await folderProblems(dir, incident, { strangers: true })
  const git = { anchored_to: null, commits: 0, unsigned: 0, uncommitted: 0 }
  return finished({ incident, logs, ...git, problems, notes })
}

async function folderProblems(dir: string, incident: string, options: { strangers: boolean }) {
  const { logs, files, problems } = readFolder(dir, incident)
  const reports = logs.map(({ report }) => report)
  const meaning = await meaningOf(incident, logs)
  const found = [
    ...problems,
    ...reports.flatMap((report) => report.problems),
    ...fileProblems(files, reports, options),
    ...meaning.problems,
  ]
  return { problems: found, notes: meaning.notes, logs: reports.map(logOf) }
}

const logOf = ({ writer, events, head }: VerifiedLog): VerifiedLog => ({ writer, events, head })

/** One commit and the history that leads to it. */
export async function verifyAt(
  context: RecordGit,
  incident: string,
  commit: string,
): Promise<Verified> {
  const report = await verifyCommit(context, { incident, commit })
  return finished({
    incident,
    logs: report.logs.map((log) => logOf(log.report)),
    anchored_to: await anchorOf(context, commit),
    commits: report.commits,
    unsigned: report.unsigned,
    uncommitted: 0,
    problems: report.problems,
    notes: [...report.notes, ...squashNotes([report.grown])],
  })
}

/** Everything this clone has of an incident. `live`: the journal's folder, where there is one. */
export async function verifyIncident(
  context: RecordGit,
  incident: string,
  live: string | undefined,
): Promise<Verified> {
  const journal =
    live === undefined ? undefined : await folderProblems(live, incident, { strangers: false })
  const commits = await commitsToCheck(context, incident)
  const reports: CommitReport[] = []
  for (const commit of commits.tips) reports.push(await verifyCommit(context, { incident, commit }))
  const versions = versionsOf(reports, live)
  const whole = longest(versions)
  const problems = [
    ...(journal?.problems ?? []),
    ...reports.flatMap((report) => report.problems),
    ...disagreements(versions, whole, ({ path }) => live !== undefined && isOthers(live, path)),
    ...commits.problems,
    ...(await workTreeProblems(context, { incident, whole })),
  ]
  const first = reports[0]
  const logs = journal?.logs ?? first?.logs.map((log) => logOf(log.report)) ?? []
  const lag = first === undefined ? ['no commit of this incident: nothing outside the journal'] : []
  return finished({
    incident,
    logs,
    anchored_to: first === undefined ? null : await anchorOf(context, first.commit),
    commits: first?.commits ?? 0,
    unsigned: first?.unsigned ?? 0,
    uncommitted: inNoCommit(logs, reports),
    problems: unique(problems),
    notes: [
      ...new Set([...(journal?.notes ?? []), ...reports.flatMap((report) => report.notes), ...lag]),
      ...squashNotes(reports.map((report) => report.grown)),
    ],
  })
}

function finished(report: Omit<Verified, 'verified'>): Verified {
  const none: Problem[] =
    report.logs.length === 0 && report.problems.length === 0
      ? [{ code: 'missing', writer: '', message: 'there is no log to verify' }]
      : []
  const problems = [...report.problems, ...none]
  return { ...report, problems, verified: problems.length === 0 }
}

const unique = (problems: readonly Problem[]): Problem[] => [
  ...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values(),
]

/** Tips that are not already in the history of another one, the most complete first. */
async function commitsToCheck(
  context: RecordGit,
  incident: string,
): Promise<{ tips: string[]; problems: Problem[] }> {
  const { remote, default_branch } = context.config
  const names = [`incident/${incident}`, `hotwash/incident/${incident}`]
  const heads = names.map((name) => `refs/heads/${name}`)
  const remotes = names.map((name) => `refs/remotes/${remote}/${name}`)
  const others = [
    'HEAD',
    ...(default_branch
      ? [`refs/heads/${default_branch}`]
      : ['refs/heads/main', 'refs/heads/master']),
    `refs/remotes/${remote}/HEAD`,
  ]
  const found = await commitsOf(context, [...heads, ...remotes, ...others])
  const having: string[] = []
  const own = new Set([...heads, ...remotes].map((ref) => found.get(ref)))
  for (const commit of new Set(found.values())) {
    // The incident's own branch without its record is worth a look, too.
    if (own.has(commit)) {
      having.push(commit)
      continue
    }
    const at = await context.git.raw(context.repository.root, [
      'cat-file',
      '-e',
      `${commit}:${recordPath(incident)}`,
    ])
    if (at.ok) having.push(commit)
  }
  const tips: string[] = []
  for (const commit of having) {
    let inside = false
    for (const other of having)
      inside ||= other !== commit && (await isAncestor(context, commit, other))
    if (!inside) tips.push(commit)
  }
  const local = heads.map((ref) => found.get(ref)).find((tip) => tip !== undefined)
  const pushed = remotes.map((ref) => found.get(ref)).find((tip) => tip !== undefined)
  return { tips, problems: await rewritten(context, { local, pushed }) }
}

/**
 * The remote's branch is neither behind nor ahead of ours, and has nothing that ours lacks: its
 * history was ours once, and ours was written anew.
 */
async function rewritten(
  context: RecordGit,
  { local, pushed }: { local: string | undefined; pushed: string | undefined },
): Promise<Problem[]> {
  if (local === undefined || pushed === undefined || local === pushed) return []
  if ((await isAncestor(context, local, pushed)) || (await isAncestor(context, pushed, local)))
    return []
  const events = async (range: string): Promise<Set<string>> => {
    const args = ['log', '--format=%(trailers:key=Event,valueonly)', range]
    const listed = await context.git.raw(context.repository.root, args)
    return new Set(listed.ok ? listed.stdout.split('\n').filter((line) => line !== '') : [])
  }
  const [ours, theirs] = [await events(`${pushed}..${local}`), await events(`${local}..${pushed}`)]
  const twice = [...theirs].filter((event) => ours.has(event))
  if (twice.length === 0) return []
  const message = `the branch is not a continuation of what was pushed: event ${twice[0]} has two commits`
  return [{ code: 'rewritten', writer: twice[0]?.split('#')[0] ?? '', message }]
}

type Version = { where: string; path: string; bytes: Buffer }
/** The longest version of each log, wherever it is. */
type Whole = Map<string, Buffer>

function versionsOf(reports: readonly CommitReport[], live: string | undefined): Version[] {
  const committed = reports.flatMap(({ commit, logs }) =>
    logs.map(({ path, bytes }) => ({ where: `commit ${commit.slice(0, 12)}`, path, bytes })),
  )
  const names = live === undefined ? [] : namesOfLogs(join(live, 'log'))
  const written = names.map((name) => {
    const path = `log/${name}`
    return { where: JOURNAL, path, bytes: readFileSync(join(live as string, path)) }
  })
  return [...committed, ...written]
}

const JOURNAL = 'the journal'

/** A folder that is a link was reported already, and is not followed. */
const namesOfLogs = (folder: string): string[] =>
  lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true
    ? logNames(folder).filter((name) => lstatSync(join(folder, name)).isFile())
    : []

function longest(versions: readonly Version[]): Whole {
  const whole: Whole = new Map()
  for (const { path, bytes } of versions) {
    if (bytes.length > (whole.get(path)?.length ?? -1)) whole.set(path, bytes)
  }
  return whole
}

/** Every version is the beginning of the longest; the journal is never behind what came from it. */
function disagreements(
  versions: readonly Version[],
  whole: Whole,
  isElsewhere: (version: Version) => boolean,
): Problem[] {
  return versions.flatMap((version) => {
    const { where, path, bytes } = version
    const all = whole.get(path) as Buffer
    const isBeginning = all.subarray(0, bytes.length).equals(bytes)
    const isCut = where === JOURNAL && bytes.length < all.length && !isElsewhere(version)
    return isBeginning && !isCut ? [] : [differs({ path, bytes, all, where })]
  })
}

function differs(from: { path: string; bytes: Buffer; all: Buffer; where: string }): Problem {
  const { path, bytes, all, where } = from
  const at = firstDifference(bytes, all)
  const writer = writerOf(path)
  const event = eventOfByte(all, at)
  return {
    code: 'differs',
    writer,
    seq: event.seq,
    path,
    message: `${where}: ${path} differs from the longest version at ${eventWords({ ...event, writer })}, byte ${at}`,
  }
}

/** The copy of the record in the work tree, against the commit that is checked out and the whole logs. */
async function workTreeProblems(
  context: RecordGit,
  { incident, whole }: { incident: string; whole: Whole },
): Promise<Problem[]> {
  const folder = recordPath(incident)
  const { root } = context.repository
  if (!existsSync(join(root, folder))) return []
  const head = (await commitsOf(context, ['HEAD'])).get('HEAD')
  const tree =
    head === undefined
      ? new Map()
      : await readRecordTree({ ...context, journal: { incident } }, head)
  const problems: Problem[] = []
  for (const [path, { blob }] of tree) {
    if (!isOfRecord(path)) continue
    const copy = join(root, folder, path)
    const at = `${folder}/${path}`
    const stat = lstatSync(copy, { throwIfNoEntry: false })
    const writer = writerOf(path)
    if (stat === undefined)
      problems.push({ code: 'missing', writer, path: at, message: `work tree: ${at} is missing` })
    else if (!stat.isFile())
      problems.push({ code: 'link', writer, path: at, message: `work tree: ${at} is not a file` })
    else {
      const bytes = readFileSync(copy)
      if (blobId(bytes, blob.length) === blob) continue
      const all = whole.get(path)
      // A longer copy is one that was synced and not committed yet.
      if (all !== undefined && all.subarray(0, bytes.length).equals(bytes) && bytes.length > 0) {
        if (blobId(bytes.subarray(0, tree.get(path)?.bytes), blob.length) === blob) continue
      }
      problems.push(
        all === undefined
          ? { code: 'digest', writer, path: at, message: `work tree: ${at} was changed` }
          : { ...differs({ path, bytes, all, where: 'work tree' }), path: at },
      )
    }
  }
  const { files, problems: odd } = readFolder(join(root, folder), incident)
  const extra = files.filter(({ path }) => !tree.has(path))
  return [
    ...problems,
    ...odd,
    ...extra.map(({ path }) => ({
      code: 'extra' as const,
      writer: '',
      path,
      message: `work tree: ${folder}/${path} is not in the commit that is checked out`,
    })),
  ]
}
