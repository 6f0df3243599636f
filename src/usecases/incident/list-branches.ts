import { incidentRefs } from '../../record/git/branches.ts'
import { statesOnBranches } from '../../record/git/on-branches.ts'
import type { RecordWorld } from '../record-world.ts'
import { listed, SHOWN_BRANCHES, type OnBranch } from './list-incidents.ts'

/** Newest first: incidents that are not here, as the logs on their branches have them. */
export async function listBranches({ git, repository, store }: RecordWorld): Promise<OnBranch[]> {
  const branches = [...store.branches()].toReversed()
  if (repository === undefined || branches.length === 0) return []
  const refs = incidentRefs(repository.commonDir)
  const shown = branches.slice(0, SHOWN_BRANCHES).map(([id]) => [id, refs.get(id) ?? ''] as const)
  const states = await statesOnBranches({ git, repository }, new Map(shown))
  return branches.map(([id, branch]) => {
    const state = states.get(id)
    return { branch, ...(state === undefined ? { id } : listed(state)) }
  })
}
