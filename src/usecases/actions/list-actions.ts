/** `actions list`: the actions of all incidents, the worst first. */
import type { ActionState } from '../../postmortem/actions/action-state.ts'
import { agedActions, type AgedAction } from '../../postmortem/actions/aged-actions.ts'
import { readCatalog } from '../catalog/read-catalog.ts'
import type { RecordWorld } from '../record-world.ts'

export type ListRequest = {
  open: boolean
  overdue: boolean
  owner: string | undefined
  type: ActionState['type'] | undefined
}

export type ActionList = {
  actions: AgedAction[]
  /** How many of all incidents' actions were looked at. */
  of: number
  warnings: string[]
}

export async function listActions(world: RecordWorld, request: ListRequest): Promise<ActionList> {
  const { incidents, warnings, elsewhere } = await readCatalog(world)
  const all = agedActions(
    incidents.map(({ id, title, severity, declaredAt, moments, actions }) => ({
      id,
      title,
      severity,
      declaredAt,
      resolvedAt: moments.resolved?.at,
      actions,
    })),
    ageBy(world),
  )
  const hidden =
    elsewhere === 0
      ? []
      : [
          `${elsewhere} more incident${elsewhere === 1 ? ' is' : 's are'} on branches that are not checked out, and not looked at: hotwash list`,
        ]
  return {
    actions: all.filter((action) => wanted(action, request)),
    of: all.length,
    warnings: [...warnings, ...hidden],
  }
}

export const ageBy = ({ clock, config }: RecordWorld) => ({
  now: clock.now(),
  severities: config.severities,
})

export const wanted = (action: AgedAction, { open, overdue, owner, type }: ListRequest): boolean =>
  (!open || action.status === 'open') &&
  (!overdue || action.days_overdue !== undefined) &&
  (owner === undefined || action.owner?.toLowerCase() === owner.toLowerCase()) &&
  (type === undefined || action.type === type)
