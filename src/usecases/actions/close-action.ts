/** `actions close`: a person says that an action is done, and how that is known. */
import { HotwashError } from '../../errors.ts'
import type { Published } from '../../ports/journal.ts'
import { isRunnable } from '../../postmortem/actions/action-state.ts'
import { openForReport } from '../take-up.ts'
import { publishNow } from '../publish-now.ts'
import type { RecordWorld } from '../record-world.ts'
import { namedActions, reportActions } from './report-actions.ts'

const MOST_CHARACTERS = 2_000

export type Closed = {
  incident: string
  action: string
  title: string
  /** False: it was done before, and nothing was recorded. */
  changed: boolean
  done_by: 'check' | 'hand'
  /** Its done_when could be carried out, and was not. */
  checkable: boolean
  record: Published | undefined
}

export async function closeAction(
  world: RecordWorld,
  request: { incident: string; action: string; evidence: string },
): Promise<Closed> {
  const evidence = request.evidence.trim()
  if (evidence === '' || evidence.length > MOST_CHARACTERS)
    throw new HotwashError('USAGE', `--evidence needs 1 to ${MOST_CHARACTERS} characters`, {
      hint: 'what shows that it is done: a link, a date, what was seen',
    })
  const { journal } = await openForReport(world, request.incident)
  const { actions } = await reportActions(world, journal)
  const [action] = namedActions(actions, { ids: [request.action], incident: journal.incident })
  if (action === undefined) throw new Error(`no action ${request.action}`)
  if (action.status === 'declined')
    throw new HotwashError('USAGE', `${action.id} was declined: ${action.declined ?? ''}`, {
      hint: `take "declined" out of the report first: hotwash postmortem edit ${journal.incident}`,
    })
  const about = { incident: journal.incident, action: action.id, title: action.title }
  const checkable = isRunnable(action.done_when)
  const { done_by } = action
  if (done_by !== undefined)
    return { ...about, checkable, done_by, changed: false, record: undefined }
  journal.append({ type: 'action.closed', data: { action: action.id, evidence } })
  const record = await publishNow(world, journal)
  return { ...about, checkable, done_by: 'hand', changed: true, record }
}
