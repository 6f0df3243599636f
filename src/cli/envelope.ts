/** What a command came to, and the one JSON object it prints with `--json`. */
import { defined } from '../incident/defined.ts'
import { ERRORS, EXIT, HotwashError, type ErrorCode } from '../errors.ts'

export type CommandFailure = {
  code: ErrorCode
  message: string
  hint?: string | undefined
  file?: string | undefined
  line?: number | undefined
  column?: number | undefined
}

/** `json` is spread into the envelope; `text` is what a person reads on stdout without `--json`. */
export type CommandResult = {
  json: Readonly<Record<string, unknown>>
  text?: string | undefined
  /** 0 unless given. */
  exitCode?: number | undefined
  /** Says why the exit code is not 0; found from the table of errors when left out. */
  error?: CommandFailure | undefined
  warnings?: readonly string[] | undefined
  /** The warnings as a person is told them; the same unless given. */
  told?: readonly string[] | undefined
}

/** Fields of the envelope win over those of the command, so that no command can break it. */
export function envelope(command: string, result: CommandResult): Record<string, unknown> {
  const exitCode = result.exitCode ?? 0
  const failure = exitCode === 0 ? undefined : (result.error ?? failureOfExit(exitCode))
  return {
    version: 1,
    command,
    ok: exitCode === 0,
    exit_code: exitCode,
    warnings: result.warnings ?? [],
    ...defined({ error: failure }),
    ...Object.fromEntries(Object.entries(result.json).filter(([key]) => !RESERVED.has(key))),
  }
}

const RESERVED = new Set(['version', 'command', 'ok', 'exit_code', 'warnings', 'error'])

/** The most general error that ends in this exit code. */
export function failureOfExit(exitCode: number): CommandFailure {
  const codes = Object.keys(ERRORS) as ErrorCode[]
  const preferred: ErrorCode[] = ['STEP_FAILED', 'WAITING', ...codes]
  const code = preferred.find((candidate) => EXIT[ERRORS[candidate].exit] === exitCode) ?? 'BUG'
  return { code, message: ERRORS[code].says }
}

/** One object whatever was thrown. `exitCode` is the table's. */
export function resultOfError(thrown: unknown): CommandResult & { error: CommandFailure } {
  const error = asHotwashError(thrown)
  const place = error.issues[0]?.place
  return {
    json: error.issues.length === 0 ? {} : { issues: error.issues },
    exitCode: error.exitCode,
    error: {
      code: error.code,
      message: error.message,
      hint: error.hint,
      file: place?.file,
      line: place?.line,
      column: place?.column,
    },
  }
}

/** What is not one of ours is a bug. */
export function asHotwashError(thrown: unknown): HotwashError {
  if (thrown instanceof HotwashError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new HotwashError('BUG', message, { cause: thrown })
}
