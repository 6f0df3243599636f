/** A report in which lint finds nothing, for the examples of rules to stand in; and its log. */
import type { LintRecord } from '../../../src/postmortem/lint/rule.ts'
import { foldEvents } from '../../../src/incident/fold.ts'
import { makeEvents } from '../../events.ts'

const COMPLETE = `# Logins failed for one customer in three

## Summary

A key was put where nobody looks for it.

## Impact

300 users could not log in.

## Detection

An alert fired.

## Timeline

- 10:15 UTC the alert fires
- 10:20 UTC the old key is put back

## More

`

/** An example that is a whole report (with a head or a title) stands for itself. */
export const inReport = (example: string): string =>
  /^(?:---\n|# )/.test(example) ? example : `${COMPLETE}${example}\n`

export const exampleRecord = (): LintRecord => {
  const events = makeEvents([
    { type: 'incident.declared', data: { title: 'Logins fail', severity: 'SEV2' } },
    { type: 'finding.made', step: 'look', data: { says: 'the old key is in use' } },
    { type: 'finding.made', step: 'fix', data: { says: 'the new key is in use' } },
  ])
  return { events, state: foldEvents('2026-11-21-login-outage', events.slice(0, 1)) }
}
