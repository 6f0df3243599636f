/** The report of an incident as text, from its record alone: the same record gives the same bytes. */
import { asSeen } from '../../incident/as-seen.ts'
import type { Journal } from '../../ports/journal.ts'
import { findTemplate } from '../../postmortem/find-template.ts'
import type { FrontMatter } from '../../postmortem/front-matter/schema.ts'
import { publicView } from '../../postmortem/public/public-view.ts'
import { fieldsOfTemplate, renderTemplate, type Rendered } from '../../postmortem/render.ts'
import { buildView } from '../../postmortem/view.ts'
import type { RehearsalsOf } from '../../postmortem/view/recovery.ts'
import { eventCommits } from '../../record/git/event-commits.ts'
import { runLockHolder } from '../../record/journal/lock.ts'
import type { RecordWorld } from '../record-world.ts'
import { rehearsals } from '../rehearsals.ts'

export const DEFAULT_TEMPLATE = 'google-sre'
export const PUBLIC_TEMPLATE = 'public'

/** Templates are looked up in the repository, then in the package. */
export type ReportWorld = RecordWorld & { packageRoot: string }

export type ReportRequest = {
  template: string
  /** `refs/heads/…` whose commits the footnotes name. */
  ref: string | undefined
  /** The head of the present report. */
  people?: FrontMatter | undefined
  /** Marks that people cite in what they added to it. */
  alsoCited?: ReadonlySet<string> | undefined
}

export const renderReport = async (
  world: ReportWorld,
  journal: Journal,
  { template, ref, people, alsoCited }: ReportRequest,
): Promise<Rendered> => {
  const templates = findTemplate(world, template)
  const runIsAlive = runLockHolder(journal.dir, world.process) !== undefined
  const state = asSeen(journal.state(), runIsAlive)
  const events = journal.events()
  // What outsiders are told is a view of its own: nothing of the other one can come through it.
  if (template === PUBLIC_TEMPLATE)
    return renderTemplate(templates, publicView({ events, state, head: people }))
  const { repository } = world
  const commitOf =
    repository === undefined || ref === undefined
      ? undefined
      : await eventCommits({ ...world, repository }, journal, ref)
  const { fields } = await fieldsOfTemplate(templates)
  const view = buildView({
    events,
    state,
    people,
    alsoCited,
    commitOf,
    readEvidence: (sha256) => journal.readEvidence(sha256),
    readRunbook: (sha256) => journal.readRunbook(sha256),
    // Other records are read for templates that speak of drills, and for no others.
    rehearsalsOf: fields.includes(REHEARSED) ? drillsIn(world) : undefined,
    tool: world.tool,
    template,
  })
  return renderTemplate(templates, view, alsoCited)
}

const REHEARSED = 'runs[].ways_back[].rehearsed'

const drillsIn = ({ store }: ReportWorld): RehearsalsOf => {
  const tried = rehearsals(store)
  return (source) => tried.get(source) ?? []
}
