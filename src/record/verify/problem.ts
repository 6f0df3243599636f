/** What a verification came to. Problems end in exit 6; notes are facts a reviewer should know. */
export type Problem = {
  code: ProblemCode
  writer: string
  seq?: number
  path?: string
  message: string
}

export type ProblemCode =
  | 'bad_line'
  | 'bad_seq'
  | 'bad_chain'
  | 'bad_clock'
  | 'bad_schema'
  | 'torn_tail'
  | 'link'
  | 'digest'
  | 'missing'
  | 'extra'
  | 'not_a_prefix'
  | 'removed'
  | 'differs'
  | 'rewritten'
  | 'object'
  | 'commit_message'
  | 'fold'
  | 'approval'

export type VerifiedLog = { writer: string; events: number; head: string }

export type Verified = {
  verified: boolean
  incident: string
  logs: VerifiedLog[]
  /** The remote-tracking branch that holds what was verified; null: nothing outside this clone. */
  anchored_to: string | null
  /** Of the record, in the history of what was verified; 0 for a folder alone. */
  commits: number
  /** Those without a signature. */
  unsigned: number
  /** Events of the journal that no commit holds yet; what is said of commits is not said of them. */
  uncommitted: number
  problems: Problem[]
  notes: string[]
}

/** A damaged record can have a problem per line; the first ones say what happened. */
export const PROBLEM_LIMIT = 100
