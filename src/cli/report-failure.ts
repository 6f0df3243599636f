/** A failure before, or instead of, a command's own result: in words, or as the JSON envelope. */
import { asHotwashError, envelope, resultOfError } from './envelope.ts'
import { explain } from './explain.ts'
import { printResult, talk } from './streams.ts'

export function reportFailure(
  thrown: unknown,
  options: { command: string; json: boolean; debug: boolean },
): void {
  const result = resultOfError(thrown)
  if (options.json) printResult(JSON.stringify(envelope(options.command, result), null, 2))
  else talk(explain(asHotwashError(thrown), { debug: options.debug }))
  process.exitCode = result.exitCode ?? 1
}
