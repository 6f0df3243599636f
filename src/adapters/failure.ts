import type { DatabaseFailure } from '../ports/database.ts'

/** A reason that ends a database operation; caught where the operation began and handed on as data. */
export class DatabaseProblem extends Error {
  override readonly name = 'DatabaseProblem'
  readonly code: string
  readonly state: DatabaseFailure['state']

  constructor(code: string, message: string, state: DatabaseFailure['state'] = 'not_sent') {
    super(message)
    this.code = code
    this.state = state
  }
}

const failure = (problem: DatabaseProblem): DatabaseFailure => ({
  ok: false,
  state: problem.state,
  code: problem.code,
  message: problem.message,
})

export const aborted = (what: string) => new DatabaseProblem('ABORTED', `${what} was ended`)

/** Runs an operation; what it throws on purpose becomes data, anything else is a bug and passes. */
export async function caught<T>(use: () => Promise<T>): Promise<T | DatabaseFailure> {
  try {
    return await use()
  } catch (error) {
    if (error instanceof DatabaseProblem) return failure(error)
    throw error
  }
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined
