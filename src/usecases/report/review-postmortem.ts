/** The review of a report: where it stands, what it lacks, and what people decide about it. */
import { defined } from '../../incident/defined.ts'
import { HotwashError } from '../../errors.ts'
import { asSeen } from '../../incident/as-seen.ts'
import type { EventData } from '../../incident/event.ts'
import { decisionsOf, reviewOf, whyNotApprove, type Review } from '../../incident/review.ts'
import type { IncidentState } from '../../incident/state.ts'
import type { ReviewAction } from '../../incident/report-events.ts'
import type { Journal, Published } from '../../ports/journal.ts'
import { criteriaOf, type Criterion } from '../../postmortem/review-criteria.ts'
import { lintReport } from '../../postmortem/lint/lint-report.ts'
import { runLockHolder } from '../../record/journal/lock.ts'
import { currentReport, type CurrentReport } from './current-report.ts'
import { planReport } from './plan-report.ts'
import { cameByGit } from './report-place.ts'
import type { ReportWorld } from './report-text.ts'
import { orGitTrouble } from './report-trouble.ts'
import { contentOf, reviewedText } from './reviewed-text.ts'
import { pickIncident } from '../pick-incident.ts'
import { openForReport, type Opened } from '../take-up.ts'
import { publishNow } from '../publish-now.ts'
import type { RecordWorld } from '../record-world.ts'
import { noReport } from './show-postmortem.ts'

export type ReviewRequest = {
  incident: string | undefined
  /** undefined: only look. */
  action: ReviewAction | undefined
  reason: string | undefined
}

export type Reviewed = {
  incident: string
  incident_status: IncidentState['status']
  path: string
  branch: string | null
  sha256: string
  review: Review
  /** How many approvals it takes. */
  needed: number
  criteria: Criterion[]
  /** The record came by git: the first decision takes it up in this clone. */
  elsewhere: boolean
  /** The action that was asked for had been taken before. */
  already: boolean
  /** It was to be closed, and something is lacking: nothing was recorded. */
  lacking?: { message: string; hint: string }
  record: Published | undefined
  warnings: string[]
}

export const reviewPostmortem = async (
  world: ReportWorld,
  request: ReviewRequest,
): Promise<Reviewed> => {
  return orGitTrouble(async () => {
    const { journal, told } = await openedFor(world, request)
    const report = await currentReport(world, journal)
    if (report === undefined) throw noReport(journal.incident)
    const before = stand(world, journal, report)
    const { action } = request
    if (action === undefined) return { ...before, already: false, record: undefined, warnings: [] }
    const reason = reasonOf(action, request.reason)
    if (isTaken(action, before, world.actor))
      return { ...before, already: true, record: await publishNow(world, journal), warnings: told }
    refuse(world, journal, { action, before, report })
    const lacking = action === 'closed' ? whatLacks(before) : undefined
    if (lacking !== undefined)
      return { ...before, already: false, record: undefined, lacking, warnings: told }
    const stale = action === 'requested' ? await staleness(world, journal, report) : []
    const warnings = [...told, ...stale]
    const data: EventData['postmortem.reviewed'] = {
      action,
      sha256: report.sha256,
      content: contentOf(journal, report),
      ...defined({ reason }),
      ...(action === 'closed' ? { approvals: before.needed } : {}),
    }
    journal.append({ type: 'postmortem.reviewed', data })
    const record = await publishNow(world, journal)
    return { ...stand(world, journal, report), already: false, record, warnings }
  })
}

/** To look changes nothing; to decide, what others decided elsewhere is taken in first. */
const openedFor = async (
  world: ReportWorld,
  { incident, action }: ReviewRequest,
): Promise<Opened> =>
  action === undefined
    ? { journal: world.store.open(pickIncident(world.store, incident)), told: [] }
    : openForReport(world, incident, { fresh: true })

/** Approvals hold for one text: who reviews one that is about to be rendered again, reviews it twice. */
const staleness = async (
  world: ReportWorld,
  journal: Journal,
  { place, text }: CurrentReport,
): Promise<string[]> => {
  try {
    const plan = await planReport(world, journal, { place, template: undefined })
    if (plan.text === text) return []
  } catch (error) {
    // What is wrong with the text is for the criteria to say.
    if (error instanceof HotwashError && error.code === 'INVALID_REPORT') return []
    throw error
  }
  return [
    `the record has news that ${place.path} does not tell; a render after an approval voids it: hotwash postmortem render ${journal.incident}`,
  ]
}

type Stand = Omit<Reviewed, 'already' | 'record' | 'lacking' | 'warnings'>

const stand = (world: RecordWorld, journal: Journal, report: CurrentReport): Stand => {
  const { place, text, sha256, head, issues } = report
  const { require: required } = world.config.review
  const runIsAlive = runLockHolder(journal.dir, world.process) !== undefined
  const events = journal.events()
  const record = { events, state: asSeen(journal.state(), runIsAlive) }
  const asText = reviewedText(world, journal, report)
  const review = reviewOf(decisionsOf(events), asText)
  const now = new Date(world.clock.now()).toISOString()
  const findings = lintReport({
    text,
    file: place.path,
    record,
    now,
    rules: world.config.lint.rules,
  })
  const criteria = criteriaOf({ head, issues, findings, record, review, required })
  const { path, branch = null } = place
  const elsewhere = cameByGit(world, journal)
  const { id: incident, status: incident_status } = record.state
  const { needed } = asText
  return { incident, incident_status, path, branch, sha256, review, needed, criteria, elsewhere }
}

const NEEDS_REASON: ReadonlySet<ReviewAction> = new Set(['changes_requested', 'reopened'])

const MOST_CHARACTERS = 2_000

const reasonOf = (action: ReviewAction, given: string | undefined): string | undefined => {
  const reason = given?.trim()
  if ((reason === undefined || reason === '') && NEEDS_REASON.has(action))
    throw new HotwashError('USAGE', 'say the reason in a few words', {
      hint:
        action === 'reopened' ? '--reopen "new facts came in"' : '--changes "no impact numbers"',
    })
  if (reason !== undefined && reason.length > MOST_CHARACTERS)
    throw new HotwashError(
      'USAGE',
      `the reason has ${reason.length} characters, more than ${MOST_CHARACTERS}`,
      { hint: 'write long remarks into the pull request, and name it here' },
    )
  return reason === '' ? undefined : reason
}

type Person = { name: string; email: string }

/** Saying it again changes nothing and is no error. */
const isTaken = (action: ReviewAction, { review }: Stand, { email }: Person): boolean => {
  const { requested, closed, approvals, changes, edited } = review
  if (action === 'closed') return closed !== undefined && !edited
  if (closed !== undefined) return false
  if (action === 'requested')
    return (
      requested !== undefined && !edited && requested.by.email === email && changes === undefined
    )
  return action === 'approved' && approvals.some(({ by, holds }) => holds && by.email === email)
}

const refuse = (
  world: RecordWorld,
  journal: Journal,
  { action, before, report }: { action: ReviewAction; before: Stand; report: CurrentReport },
): void => {
  const { review } = before
  const { incident } = journal
  const command = `hotwash postmortem review ${incident}`
  const not = (message: string, hint: string): HotwashError =>
    new HotwashError('WAITING', message, { hint })
  if (review.closed !== undefined && action !== 'reopened')
    throw not(
      `the review of ${incident} was closed by ${review.closed.by.name}`,
      `open it again with: ${command} --reopen REASON`,
    )
  if (action === 'reopened' && review.closed === undefined)
    throw not(`the review of ${incident} is not closed`, `see where it stands with: ${command}`)
  if (action === 'changes_requested' && review.requested === undefined)
    throw not(
      'nobody asked for a review of it yet',
      `write to the authors, or ask for it with: ${command} --request`,
    )
  if (action === 'approved') {
    const text = reviewedText(world, journal, report)
    const why = whyNotApprove(decisionsOf(journal.events()), world.actor, text)
    if (why !== undefined)
      throw not(
        why,
        review.requested === undefined
          ? `ask for it with: ${command} --request`
          : `somebody else types: ${command} --approve`,
      )
  }
}

const whatLacks = ({ criteria, incident }: Stand): Reviewed['lacking'] => {
  const unmet = criteria.filter(({ met, optional }) => !met && !optional)
  if (unmet.length === 0) return undefined
  const count = unmet.length === 1 ? 'one thing is' : `${unmet.length} things are`
  return {
    message: `not closed: ${count} not as it has to be (${unmet.map(({ id }) => id).join(', ')})`,
    hint: `see what is lacking with: hotwash postmortem review ${incident}`,
  }
}
