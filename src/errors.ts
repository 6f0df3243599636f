/**
 * The one table of what can go wrong and the exit code it ends in. A failure of a step is data
 * (an Outcome); a HotwashError is a reason why the command itself cannot go on.
 */
export const EXIT = {
  done: 0,
  bug: 1,
  usage: 2,
  invalid: 3,
  step_failed: 4,
  waiting: 5,
  not_verified: 6,
  locked: 7,
  journal: 8,
  found: 9,
  interrupted: 130,
  terminated: 143,
} as const

export type Exit = keyof typeof EXIT

/** Every code a user can meet, with the exit it ends in and one line for the docs. */
export const ERRORS = {
  BUG: { exit: 'bug', says: 'hotwash itself failed; please report it' },
  USAGE: { exit: 'usage', says: 'the command line cannot be understood' },
  NO_INCIDENT: { exit: 'usage', says: 'no incident, or several, match' },
  INVALID_RUNBOOK: { exit: 'invalid', says: 'the runbook has problems' },
  INVALID_CONFIG: { exit: 'invalid', says: 'hotwash.yaml has problems' },
  INVALID_ANSWERS: { exit: 'invalid', says: 'the answers file has problems' },
  INVALID_INPUT: { exit: 'invalid', says: 'an input is missing or has the wrong type' },
  INVALID_TEMPLATE: { exit: 'invalid', says: 'a post-mortem template has problems' },
  INVALID_REPORT: { exit: 'invalid', says: 'the head of a post-mortem has problems' },
  SECRET: { exit: 'invalid', says: 'a secret does not resolve, or its file is readable by others' },
  REHEARSAL: {
    exit: 'invalid',
    says: 'a rehearsal would touch what hotwash.yaml does not declare for it',
  },
  NEWER_FORMAT: { exit: 'invalid', says: 'the record was written by a newer hotwash' },
  GUARD: { exit: 'step_failed', says: 'a guard does not hold: probably the wrong terminal' },
  STEP_FAILED: { exit: 'step_failed', says: 'a step failed' },
  NO_PDF: { exit: 'step_failed', says: 'there is no Chromium that makes a PDF, or it failed' },
  TRACKER: { exit: 'step_failed', says: 'a tracker of issues did not do what was asked' },
  WAITING: { exit: 'waiting', says: 'a person is needed' },
  RUN_UNFINISHED: { exit: 'waiting', says: 'the incident has a paused or unknown run' },
  RUNBOOK_CHANGED: { exit: 'waiting', says: 'the runbook was edited since the run began' },
  NOT_VERIFIED: { exit: 'not_verified', says: 'the record does not verify' },
  LOCKED: { exit: 'locked', says: 'another run holds the lock' },
  JOURNAL: { exit: 'journal', says: 'the journal cannot be written' },
  FOUND: { exit: 'found', says: 'a check found something' },
  INTERRUPTED: { exit: 'interrupted', says: 'interrupted by the operator' },
  TERMINATED: { exit: 'terminated', says: 'terminated from outside' },
} as const satisfies Record<string, { exit: Exit; says: string }>

export type ErrorCode = keyof typeof ERRORS

/** Where in a file: 1-based line and column, `file` as the user named it. */
export type Place = { file: string; line: number; column: number }

/** One problem of a text, as parse and lint report it. `excerpt` is the line and a caret under it. */
export type Issue = {
  code: string
  message: string
  place: Place
  severity: 'error' | 'warning'
  excerpt?: string
  hint?: string
}

export class HotwashError extends Error {
  override readonly name = 'HotwashError'
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly issues: readonly Issue[]

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; issues?: readonly Issue[]; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.code = code
    this.hint = options.hint
    this.issues = options.issues ?? []
  }

  get exitCode(): number {
    return EXIT[ERRORS[this.code].exit]
  }
}
