/** What a check of a login is. */
import type { CheckName } from '../params.ts'
import type { LoginRun } from '../flow.ts'

type Seen = { passed: boolean; seen: string; wanted: string }

export type LoginCheck = {
  name: CheckName
  /** Why it cannot be made: the flow does not declare what it needs. */
  missing(run: LoginRun): string | undefined
  /** false: it is made even when nobody could log in. */
  needsLogin: boolean
  run(run: LoginRun): Promise<Seen>
}

/** The first thing that the flow does not declare. */
export const undeclared = (needs: Readonly<Record<string, unknown>>): string | undefined => {
  const name = Object.keys(needs).find((key) => needs[key] === undefined)
  return name === undefined ? undefined : `${name} is not declared`
}
