/** What is wrong with a template, and where, as a HotwashError with the line and a caret. */
import { defined } from '../incident/defined.ts'
import { HotwashError } from '../errors.ts'
import { excerptOf, linesOf } from '../runbook/yaml/place.ts'

/** A template as found: `path` is how a person names it, `text` its source. */
export type TemplateSource = { path: string; text: string }

/** `line` and `column` are 1-based. */
export const templateError = (
  source: TemplateSource,
  at: { line: number; column: number },
  problem: { message: string; hint?: string | undefined },
): HotwashError => {
  const place = { file: source.path, line: at.line, column: at.column }
  const { message, hint } = problem
  const excerpt = excerptOf(linesOf(source.text), place)
  return new HotwashError(
    'INVALID_TEMPLATE',
    `${source.path}:${at.line}:${at.column}: ${message}`,
    {
      ...defined({ hint }),
      issues: [
        {
          code: 'INVALID_TEMPLATE',
          message,
          place,
          severity: 'error',
          excerpt,
          ...defined({ hint }),
        },
      ],
    },
  )
}
