/** The report of an incident as text, from its record alone: the same record gives the same bytes. */
import { asSeen } from '../incident/as-seen.ts'
import type { Journal } from '../ports/journal.ts'
import { findTemplate } from '../postmortem/find-template.ts'
import { renderTemplate, type Rendered } from '../postmortem/render.ts'
import { buildView } from '../postmortem/view.ts'
import { eventCommits } from '../record/event-commits.ts'
import { runLockHolder } from '../record/lock.ts'
import type { RecordWorld } from './record-world.ts'

export const DEFAULT_TEMPLATE = 'google-sre'

/** Templates are looked up in the repository, then in the package. */
export type ReportWorld = RecordWorld & { packageRoot: string }

export const renderReport = async (
  world: ReportWorld,
  journal: Journal,
  { template, ref }: { template: string; ref: string | undefined },
): Promise<Rendered> => {
  const templates = findTemplate(world, template)
  const { repository } = world
  const commitOf =
    repository === undefined || ref === undefined
      ? undefined
      : await eventCommits({ ...world, repository }, journal, ref)
  const runIsAlive = runLockHolder(journal.dir, world.process) !== undefined
  const view = buildView({
    events: journal.events(),
    state: asSeen(journal.state(), runIsAlive),
    commitOf,
    readEvidence: (sha256) => journal.readEvidence(sha256),
    tool: world.tool,
    template,
  })
  return renderTemplate(templates, view)
}
