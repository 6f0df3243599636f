/** What a new render would change, e.g. for a check in CI. Writes nothing, and needs no live journal. */
import { unifiedDiff } from '../../record/git/merge-file.ts'
import { sha256 } from '../../runbook/digest.ts'
import { pickIncident } from '../pick-incident.ts'
import { planReport } from './plan-report.ts'
import { placeOfReport } from './report-place.ts'
import type { ReportWorld } from './report-text.ts'
import { toldOf } from './render-postmortem.ts'
import { orGitTrouble } from './report-trouble.ts'

export type ReportDiff = {
  incident: string
  path: string
  branch: string | null
  template: string
  /** Of the report as it is; null: there is none. */
  sha256: string | null
  merged: boolean
  conflicts: number
  changed: boolean
  /** All that would change is what the log says of the actions: approvals stay. */
  actions_only: boolean
  /** As `git diff` prints it; conflicts are in it with their markers. */
  diff: string
  /** Sections that people deleted, and for which the record has something new. */
  left_out: string[]
  warnings: string[]
}

export const diffPostmortem = async (
  world: ReportWorld,
  request: { incident: string | undefined; template?: string | undefined; color?: boolean },
): Promise<ReportDiff> => {
  const journal = world.store.open(pickIncident(world.store, request.incident))
  return orGitTrouble(async () => {
    const place = await placeOfReport(world, journal, { reading: true })
    const plan = await planReport(world, journal, { place, template: request.template })
    const { was, text, template, merged, conflicts } = plan
    const changed = text !== was
    const { color = false } = request
    const diff = changed
      ? await unifiedDiff(world.git, { path: place.path, before: was ?? '', after: text, color })
      : ''
    return {
      incident: journal.incident,
      path: place.path,
      branch: place.branch ?? null,
      template,
      sha256: was === undefined ? null : sha256(was),
      merged,
      conflicts: conflicts.length,
      changed,
      actions_only: plan.actionsOnly,
      diff,
      left_out: plan.leftOut,
      warnings: [...plan.warnings, ...toldOf(plan.leftOut)],
    }
  })
}
