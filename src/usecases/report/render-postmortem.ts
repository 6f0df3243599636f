/**
 * Writes the report from the record, for the first time or again: what people wrote in it since is
 * merged with what the record has to say now. Where both changed the same lines nothing is written:
 * the text with both waits beside the journal for `postmortem edit`, and exit 9 says so.
 */
import { HotwashError } from '../../errors.ts'
import type { Journal } from '../../ports/journal.ts'
import { conflictsIn } from '../../postmortem/merge/markers.ts'
import { GitTrouble } from '../../record/git/incident-branch.ts'
import { sha256 } from '../../runbook/digest.ts'
import { dropPending, keepPending, readPending, setAside } from './pending-merge.ts'
import { openForReport } from '../take-up.ts'
import { planReport, type PlanRequest, type ReportPlan } from './plan-report.ts'
import { publishWarnings } from '../publish-now.ts'
import { keepRendered } from './report-base.ts'
import { placeOfReport, type ReportPlace } from './report-place.ts'
import type { ReportWorld } from './report-text.ts'
import { orGitTrouble } from './report-trouble.ts'
import { approversOf } from './reviewed-text.ts'
import { syncRecord } from '../sync-record.ts'

export type Rendering = {
  incident: string
  /** Relative to the repository's root, on `branch`. */
  path: string
  branch: string | null
  template: string
  /** Of the report as it is now. */
  sha256: string
  /** People's words are in it. */
  merged: boolean
  conflicts: number
  changed: boolean
  /** Absolute path, where the report is a file in a work tree or folder. */
  file: string | undefined
  /** With conflicts: the file in which they are to be resolved. */
  resolveIn: string | undefined
  text: string
  warnings: string[]
}

/** Somebody else writes the report, too: it is read and merged again so often. */
const ATTEMPTS = 5

export const renderPostmortem = async (
  world: ReportWorld,
  request: { incident: string | undefined; template?: string | undefined },
): Promise<Rendering> => {
  return orGitTrouble(async () => {
    const { journal, told } = await openForReport(world, request.incident)
    // Committed first, so that the footnotes can name the commits.
    await committed(world, journal)
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const place = await placeOfReport(world, journal)
      const resolved = await resolvedMerge(journal, { place, told })
      const plan = await planReport(world, journal, { place, template: request.template, resolved })
      if (plan.conflicts.length > 0) return inConflict(journal, plan, told)
      const approved = approversOf(world, journal, { place, text: plan.was })
      if (plan.isNews && !(await written(world, journal, plan))) continue
      dropPending(journal)
      const still = approversOf(world, journal, { place, text: plan.text })
      const lost = voided(approved.filter((name) => !still.includes(name)))
      const notCommitted = await committed(world, journal)
      const warnings = [...told, ...warningsOf(plan), ...lost, ...notCommitted]
      const changed = plan.text !== plan.was
      return { ...renderingOf(journal, plan), changed, text: plan.text, warnings }
    }
    throw new HotwashError('FOUND', 'the post-mortem keeps being changed by somebody else', {
      hint: 'nothing was overwritten; run the command again',
    })
  })
}

const voided = (names: readonly string[]): string[] =>
  names.length === 0
    ? []
    : [
        `approved by ${names.join(', ')} as it was before: ask for another review of what is new in it`,
      ]

const renderingOf = (
  { incident }: Journal,
  { place, template, text, merged, conflicts }: ReportPlan,
): Omit<Rendering, 'warnings' | 'text' | 'changed'> => ({
  incident,
  path: place.path,
  branch: place.branch ?? null,
  template,
  sha256: sha256(text),
  merged,
  conflicts: conflicts.length,
  file: place.file,
  resolveIn: undefined,
})

const warningsOf = ({ warnings, leftOut }: ReportPlan): string[] => [
  ...warnings,
  ...toldOf(leftOut),
]

const SHOWN = 5

/** A section that people deleted stays deleted. */
export const toldOf = (leftOut: readonly string[]): string[] => {
  if (leftOut.length === 0) return []
  const names = leftOut.slice(0, SHOWN).map((section) => `"${section}"`)
  const more = leftOut.length > SHOWN ? ` and ${leftOut.length - SHOWN} more` : ''
  return [
    `deleted by people, so what the record has new for it is left out: ${names.join(', ')}${more}`,
  ]
}

/**
 * The text is written before the event: should this process die between them, the next render merges
 * equal changes of both sides. An event without its text would make the news look deleted.
 */
const written = async (
  world: ReportWorld,
  journal: Journal,
  plan: ReportPlan,
): Promise<boolean> => {
  const { place, template, generated, was, text } = plan
  const kept = keepRendered(journal, generated, (one) => world.redactor.mask(one))
  const how = was === undefined ? 'drafted' : plan.merged ? 'merged' : 'rendered again'
  const message = `post-mortem: ${how} with template ${template}\n\nIncident: ${journal.incident}\n`
  if (text !== was && !(await place.write({ text, was, message }))) return false
  journal.append({
    type: 'postmortem.rendered',
    data: {
      path: place.path,
      template,
      sha256: sha256(generated),
      ...(kept !== undefined && { evidence: [kept] }),
      ...(text !== generated && { merged: sha256(text) }),
    },
  })
  return true
}

/** A merge that waited for a person, and is resolved: it stands for the report from here on. */
const resolvedMerge = async (
  journal: Journal,
  { place, told }: { place: ReportPlace; told: string[] },
): Promise<PlanRequest['resolved']> => {
  const pending = readPending(journal)
  if (pending === undefined || !pending.touched) return undefined
  const was = await place.read()
  if (was === undefined || sha256(was) !== pending.yours) {
    const file = setAside(journal, pending)
    told.push(`the post-mortem was changed while a merge waited: what you resolved is in ${file}`)
    return undefined
  }
  const [line] = conflictsIn(pending.text, [pending.generated])
  if (line === undefined) return { text: pending.text, base: pending.generated }
  throw new HotwashError('FOUND', `${pending.file}:${line}:1: a conflict is not resolved yet`, {
    hint: `hotwash postmortem edit ${journal.incident}; to begin anew, delete that file`,
  })
}

const inConflict = (journal: Journal, plan: ReportPlan, told: readonly string[]): Rendering => {
  const { was = '', generated, template, text } = plan
  const resolveIn = keepPending(journal, { yours: was, text, generated, template })
  const rendering = renderingOf(journal, plan)
  return {
    ...rendering,
    sha256: sha256(was),
    changed: false,
    resolveIn,
    text,
    warnings: [...told, ...warningsOf(plan)],
  }
}

/** What git could not do is a warning: a report can be written without it. */
const committed = async (world: ReportWorld, journal: Journal): Promise<string[]> => {
  try {
    return publishWarnings(await syncRecord(world, journal))
  } catch (error) {
    if (error instanceof HotwashError || error instanceof GitTrouble) return [error.message]
    throw error
  }
}
