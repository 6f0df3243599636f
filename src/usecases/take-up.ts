/**
 * Opens an incident to record what is about its report. A record that came by git is taken up in this
 * clone first, and what others recorded elsewhere is taken in, so that a second person can review it.
 */
import type { Journal } from '../ports/journal.ts'
import { isTakenUp } from '../record/journal/others.ts'
import { pickIncident } from './pick-incident.ts'
import type { RecordWorld } from './record-world.ts'
import { orGitTrouble } from './report/report-trouble.ts'

export type Opened = { journal: Journal; /** What could not be taken in. */ told: string[] }

export async function openForReport(
  world: RecordWorld,
  id: string | undefined,
  /** `fresh`: also where the incident was declared, what others recorded is taken in first. */
  options: { open?: boolean; fresh?: boolean } = {},
): Promise<Opened> {
  const { store, repository } = world
  // One that is only on its branch is taken up from there; nothing has to be checked out.
  const onBranch = id !== undefined && !store.list().includes(id) && store.branches().has(id)
  const incident = onBranch ? id : pickIncident(store, id, { open: options.open ?? false })
  const isHere = !onBranch && !isForeign(world, incident)
  const isDeclaredHere = isHere && !isTakenUp(store.where(incident))
  if (repository === undefined || (isDeclaredHere && options.fresh !== true))
    return { journal: store.open(incident), told: [] }
  if (!isHere) {
    const { takeUp } = await import('../record/take-up.ts')
    await orGitTrouble(() => takeUp(contextOf({ ...world, repository }, incident)))
  }
  const told = await takeInNews(world, incident)
  return { journal: store.openForReport(incident), told }
}

/** What others recorded of it and git brought here; in words, what of that could not be taken in. */
export async function takeInNews(world: RecordWorld, incident: string): Promise<string[]> {
  const { repository } = world
  if (repository === undefined || isForeign(world, incident)) return []
  const { catchUp } = await import('../record/take-up.ts')
  const { GitTrouble } = await import('../record/git/incident-branch.ts')
  try {
    return await catchUp(contextOf({ ...world, repository }, incident))
  } catch (error) {
    // What is here can be recorded all the same.
    if (!(error instanceof GitTrouble)) throw error
    return [`what others recorded of ${incident} was not looked at: git: ${error.message}`]
  }
}

/** It came by git, and has no journal here yet. */
const isForeign = ({ store }: RecordWorld, incident: string): boolean =>
  store.where(incident) !== store.journalFolder(incident)

type InRepository = RecordWorld & { repository: NonNullable<RecordWorld['repository']> }

const contextOf = (world: InRepository, incident: string) => ({
  ...world,
  journal: { incident, dir: world.store.journalFolder(incident), actor: world.actor },
})
