/**
 * The report's machine-readable head: what the log knows, and `null` with a comment for what only
 * people know. People own it after the first draft.
 */
import { join, md, NOTHING, text, yamlString, type Markdown } from './markdown.ts'
import type { Material } from './material.ts'
import { responders } from './summary.ts'

/** Fields that only people can fill in, each with what belongs there. */
const FOR_PEOPLE = {
  detection_source: md`
monitoring, customer, employee, ...
  `,
  services: md`
names of the services that were hit
  `,
  incident_commander: md`
who led the response
  `,
  impact: md`
who was affected, how many, for how long
  `,
  trigger: md`
what set it off
  `,
  contributing_factors: md`
several; never a person
  `,
  actions: md`
each with type, owner, priority, due, tracker, done_when
  `,
} as const satisfies Record<string, Markdown>

const NOT_KNOWN = md`
null # not in the record: RFC 3339 UTC time
`

const moment = (at: string | undefined): Markdown => (at === undefined ? NOT_KNOWN : yamlString(at))

export const frontMatter = (
  { state, events }: Material,
  rendered: { tool: string; template: string },
): Markdown => {
  const digests = new Map(state.runs.map(({ runbook }) => [runbook.sha256, runbook]))
  const lines: Markdown[] = [
    md`
***
    `,
    md`
hotwash: 1 # format of this head
    `,
    md`incident: ${yamlString(state.id)}`,
    md`title: ${yamlString(state.title)}`,
    md`severity: ${yamlString(state.severity)}`,
    md`status: ${yamlString(state.status)}`,
    md`impact_start: ${moment(state.impactStart)}`,
    md`detected_at: ${moment(state.detectedAt)}`,
    md`declared_at: ${moment(state.declaredAt || undefined)}`,
    md`acknowledged_at: ${moment(state.acknowledgedAt)}`,
    md`mitigated_at: ${moment(state.mitigatedAt)}`,
    md`resolved_at: ${moment(state.resolvedAt)}`,
    md`responders: [${join(responders(events).map(yamlString), ', ')}]`,
    ...runbooks([...digests.values()]),
    ...Object.entries(FOR_PEOPLE).map(([key, says]) => md`${text(key)}: null # ${says}`),
    md`template: ${yamlString(rendered.template)}`,
    md`rendered_by: ${yamlString(rendered.tool)}`,
    md`
***
    `,
  ]
  return join(
    lines.filter((line) => line !== NOTHING),
    '\n',
  )
}

const runbooks = (used: readonly { name: string; path: string; sha256: string }[]): Markdown[] => {
  if (used.length === 0) return []
  const items = used.flatMap(({ name, path, sha256 }) => [
    md`  - name: ${yamlString(name)}`,
    md`    path: ${yamlString(path)}`,
    md`    sha256: ${yamlString(sha256)}`,
  ])
  return [
    md`
runbooks:
    `,
    ...items,
  ]
}
