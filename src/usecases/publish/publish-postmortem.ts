/**
 * `postmortem publish`: the public version, written beside the report and on record with its digests.
 * Nothing is written while a single internal word survives in it, or before people have reviewed the
 * report that it is made from.
 */
import { defined } from '../../incident/defined.ts'
import { join, resolve } from 'node:path'
import { counted } from '../../incident/counted.ts'
import { HotwashError, type Issue } from '../../errors.ts'
import type { EventOf } from '../../incident/event.ts'
import { decisionsOf, reviewOf } from '../../incident/review.ts'
import type { Journal } from '../../ports/journal.ts'
import { sha256 } from '../../runbook/digest.ts'
import { readableReport } from '../actions/report-actions.ts'
import type { CurrentReport } from '../report/current-report.ts'
import { pickIncident } from '../pick-incident.ts'
import { openForReport } from '../take-up.ts'
import { publishNow, publishWarnings } from '../publish-now.ts'
import { cameByGit, placeOfReport, type ReportPlace } from '../report/report-place.ts'
import type { ReportWorld } from '../report/report-text.ts'
import { reviewedText } from '../report/reviewed-text.ts'
import { keepBeside, orGitTrouble, refuseBadHead } from '../report/report-trouble.ts'
import { writeExport } from '../export/write-export.ts'
import { PUBLIC_FORMATS, type PublicFormat } from './public-formats.ts'
import { publicText, type PublicText } from './public-text.ts'

export type PublishRequest = {
  incident: string | undefined
  formats: readonly PublicFormat[]
  /** Relative to where hotwash was started; undefined: beside the report. */
  output: string | undefined
  /** Why it is published before its review is finished. */
  force: string | undefined
  /** Only look: nothing is written, recorded, or asked of the review. */
  check: boolean
}

export type Published = {
  incident: string
  /** Of the report. */
  source: string
  branch: string | null
  /** Then what was written lies in that work tree, for people to commit. */
  checked_out: boolean
  files: { path: string; sha256: string; bytes: number }[]
  /** False: the same was published before, or it was only looked at. */
  changed: boolean
  markdown: string
  warnings: string[]
}

export const publishPostmortem = async (
  world: ReportWorld,
  request: PublishRequest,
): Promise<Published> => {
  return orGitTrouble(async () => {
    const { journal, told: notTakenIn } = request.check
      ? { journal: world.store.open(pickIncident(world.store, request.incident)), told: [] }
      : await openForReport(world, request.incident, { fresh: true })
    const report = await readableReport(world, journal)
    refuseUnknownIds(report)
    if (!request.check) refuseUnreviewed(world, journal, { report, force: request.force })
    const text = await publicText(world, journal, report)
    refuseLeaks(world, journal, { text, check: request.check })
    const files = await filesOf(world, journal, { text, request })
    const { incident } = journal
    const branch = files[0]?.place?.branch ?? null
    const isCheckedOut = files.some(({ place }) => place?.kind === 'worktree')
    const done = {
      incident,
      source: report.sha256,
      branch,
      checked_out: isCheckedOut,
      markdown: text.markdown,
    }
    const told = files.map(({ path, content }) => ({
      path,
      sha256: sha256(content),
      bytes: Buffer.byteLength(content),
    }))
    if (request.check) return { ...done, files: told, changed: false, warnings: text.warnings }
    const warnings = [...notTakenIn, ...text.warnings, ...(await handEdits(journal, files))]
    const changed = !(await isPublished(journal, { files, told }))
    if (changed) {
      // Recorded first: a file that is there without its event would be nobody's.
      journal.append({
        type: 'postmortem.published',
        data: {
          template: 'public',
          source: report.sha256,
          files: told,
          ...defined({ forced: request.force?.trim() }),
        },
      })
      await writeAll(journal, files)
    }
    const record = publishWarnings(await publishNow(world, journal))
    return { ...done, files: told, changed, warnings: [...warnings, ...record] }
  })
}

type PublicFile = {
  path: string
  content: string
  /** undefined: an absolute path outside of the record. */
  place: ReportPlace | undefined
  file: string | undefined
}

const filesOf = async (
  world: ReportWorld,
  journal: Journal,
  { text, request }: { text: PublicText; request: PublishRequest },
): Promise<PublicFile[]> => {
  const content = { md: text.markdown, html: text.html }
  const files: PublicFile[] = []
  for (const format of PUBLIC_FORMATS.filter((one) => request.formats.includes(one))) {
    const name = `public.${format}`
    if (request.output !== undefined) {
      const file = join(resolve(world.cwd, request.output), name)
      // No path of this machine goes into the record.
      files.push({ path: name, content: content[format], place: undefined, file })
      continue
    }
    const options = { name: `public/${name}`, reading: request.check }
    const place = await placeOfReport(world, journal, options)
    files.push({ path: place.path, content: content[format], place, file: undefined })
  }
  return files
}

const writeAll = async (journal: Journal, files: readonly PublicFile[]): Promise<void> => {
  for (const { path, content, place, file } of files) {
    if (file !== undefined) writeExport(file, Buffer.from(content))
    if (place === undefined) continue
    const message = `post-mortem: published ${path.split('/').at(-1)}\n\nIncident: ${journal.incident}\n`
    const written = await place.write({ text: content, was: await place.read(), message })
    if (written) continue
    throw new HotwashError('FOUND', `somebody else changed ${path} at the same moment`, {
      hint: 'publish again: the record says what was to be there',
    })
  }
}

type LastPublished = EventOf<'postmortem.published'>

const lastPublished = (journal: Journal): LastPublished | undefined =>
  journal
    .events()
    .findLast((event): event is LastPublished => event.type === 'postmortem.published')

const isPublished = async (
  journal: Journal,
  { files, told }: { files: readonly PublicFile[]; told: Published['files'] },
): Promise<boolean> => {
  const last = lastPublished(journal)?.data.files ?? []
  const same = told.every((one) =>
    last.some(({ path, sha256 }) => path === one.path && sha256 === one.sha256),
  )
  if (!same) return false
  for (const { place, content, file } of files)
    if (file !== undefined || (await place?.read()) !== content) return false
  return true
}

/** A text that was changed by hand was looked at by nobody: it is replaced, and git keeps it. */
const handEdits = async (journal: Journal, files: readonly PublicFile[]): Promise<string[]> => {
  const known = new Map(lastPublished(journal)?.data.files.map((one) => [one.path, one.sha256]))
  const warnings: string[] = []
  for (const { path, place } of files) {
    const was = await place?.read()
    const published = known.get(path)
    if (was !== undefined && published !== undefined && sha256(was) !== published)
      warnings.push(`${path} was changed by hand since it was published; it is made anew`)
  }
  return warnings
}

const MOST_CHARACTERS = 2_000

const refuseUnreviewed = (
  world: ReportWorld,
  journal: Journal,
  { report, force }: { report: CurrentReport; force: string | undefined },
): void => {
  if (force !== undefined) {
    const { length } = force.trim()
    if (length > 0 && length <= MOST_CHARACTERS) return
    throw new HotwashError(
      'USAGE',
      `--force needs a reason of 1 to ${MOST_CHARACTERS} characters`,
      {
        hint: 'why it cannot wait for the review; it is recorded',
      },
    )
  }
  const review = reviewOf(decisionsOf(journal.events()), reviewedText(world, journal, report))
  const isReviewed = review.status === 'reviewed' || review.status === 'closed'
  if (isReviewed && !review.edited) return
  const why =
    review.edited && isReviewed
      ? 'was edited after its review'
      : `is not reviewed: it is ${review.status === 'draft' ? 'a draft' : review.status.replace('_', ' ')}`
  throw new HotwashError('WAITING', `the report of ${journal.incident} ${why}`, {
    hint: `hotwash postmortem review ${journal.incident}; to publish it all the same: --force REASON, which is recorded`,
  })
}

const refuseLeaks = (
  world: ReportWorld,
  journal: Journal,
  { text, check }: { text: PublicText; check: boolean },
): void => {
  const { leaks, markdown } = text
  const [first] = leaks
  if (first === undefined) return
  const count = counted(leaks.length, 'internal word')
  const kept =
    check || cameByGit(world, journal) ? undefined : keepBeside(journal, 'public.md', markdown)
  throw new HotwashError('FOUND', `${count} would be published; nothing was`, {
    hint:
      kept === undefined
        ? 'what outsiders are told is in the head of the report, under public, services and impact'
        : `the text that was refused is in ${kept}`,
    issues: leaks,
  })
}

/** An id that names nothing would leave out in silence what somebody wanted to be told. */
const refuseUnknownIds = ({ head, placeOf, place }: CurrentReport): void => {
  const { factors, actions, numbers } = head?.public ?? {}
  const impact = head?.impact
  const known = {
    factors: (head?.contributing_factors ?? []).map(({ id }) => id),
    actions: (head?.actions ?? []).map(({ id }) => id),
    numbers:
      impact !== null && impact !== undefined && 'numbers' in impact
        ? Object.keys(impact.numbers)
        : [],
  }
  const issues = Object.entries({ factors, actions, numbers }).flatMap(([key, ids]): Issue[] =>
    (ids ?? []).flatMap((id, index) => {
      if (known[key as keyof typeof known].includes(id)) return []
      const message = `public.${key} names "${id}", which is not in the report`
      const at = { file: place.path, ...placeOf(['public', key, index]) }
      return [{ code: 'UNKNOWN_NAME', message, place: at, severity: 'error' }]
    }),
  )
  refuseBadHead({ issues, place })
}
