/** Reports with a head, for the examples of rules: nothing is missing in them but what is changed. */
type Changes = Readonly<Record<string, string | null>>

const ACTION = {
  id: 'alert-early',
  title: 'Alert when 1 % of logins fail',
  type: 'prevent',
  owner: 'Maria Example',
  priority: 'P1',
  due: '2026-12-01',
  tracker: 'https://tracker.example.test/41',
  done_when: 'the alert fired in a rehearsal',
}

const actionYaml = (changes: Changes): string =>
  Object.entries({ ...ACTION, ...changes })
    .map(([key, value], index) => `${index === 0 ? '  - ' : '    '}${key}: ${value}`)
    .join('\n')

const HEAD = {
  hotwash: '1',
  incident: '2026-11-21-login-outage',
  detection_source: 'monitoring',
  impact: '{ numbers: { users: 300 } }',
}

export const headed = (
  changes: { head?: Changes; action?: Changes; table?: string } = {},
): string => {
  const fields = Object.entries({ ...HEAD, ...changes.head }).map(
    ([key, value]) => `${key}: ${value}`,
  )
  return `---
${fields.join('\n')}
actions:
${actionYaml(changes.action ?? {})}
---

# Logins failed

## Timeline

${changes.table ?? '- 10:15 UTC an alert fires\n- 10:40 UTC the old key is put back'}
`
}
