/** Lint of a report of 100 kB, against reading it as Markdown alone. */
import MarkdownIt from 'markdown-it'
import { lintReport } from '../../src/postmortem/lint/lint-report.ts'
import { pair } from '../pair.ts'
import { measured, type Row } from '../row.ts'

const BYTES = 100_000
const KEPT = 9

const section = (n: number): string => {
  const minute = String(n % 60).padStart(2, '0')
  return `## Incident on 2026-03-${String((n % 28) + 1).padStart(2, '0')}

- First detected: 2026-03-04 10:${minute}
- Repaired: 2026-03-04 11:${minute}
- Time to repair: 1h 0m

The outage lasted one hour, from 10:${minute} to 11:${minute} UTC (60 minutes). An engineer put the old key back
after 120 of 400 customers (30 %) had reported that logins failed; see \`login.log\`.

| Time | What |
| --- | --- |
${Array.from({ length: 6 }, (_, row) => `| 2026-03-04 1${row}:${minute} | step ${row} of the runbook ended |`).join('\n')}

`
}

const report = (): string => {
  let text = '# A year of incidents\n\n'
  for (let n = 0; text.length < BYTES; n += 1) text += section(n)
  return text
}

export const lintRows = async (): Promise<Row[]> => {
  const text = report()
  const markdown = new MarkdownIt()
  const findings = lintReport({ text, file: 'report.md' })
  if (findings.length > 0) throw new Error(`the report is not clean: ${findings[0]?.message}`)
  const row = measured(
    'lint: a report of 100 kB, 40 rules',
    'markdown-it: its blocks and inline, parsed',
    '< 200 ms',
  )
  const lint = (): unknown => lintReport({ text, file: 'report.md' })
  return [row.as(await pair(KEPT, lint, () => markdown.parse(text, {})))]
}
