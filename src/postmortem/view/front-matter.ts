/**
 * The report's machine-readable head: what the log knows, and `null` with a comment for what only
 * people know. People own it after the first draft.
 */
import { join, say, NOTHING, text, yamlString, type Markdown } from './markdown.ts'
import type { Material } from './material.ts'
import { responders } from './summary.ts'

/** Fields that only people can fill in, each with what belongs there. */
const FOR_PEOPLE = {
  detection_source: say`monitoring, customer, employee, ...`,
  services: say`names of the services that were hit`,
  incident_commander: say`who led the response`,
  impact: say`who was affected, how many, for how long`,
  trigger: say`what set it off`,
  contributing_factors: say`several; never a person`,
  actions: say`each with type, owner, priority, due, tracker, done_when`,
} as const satisfies Record<string, Markdown>

const NOT_KNOWN = say`null # not in the record: RFC 3339 UTC time`

const moment = (at: string | undefined): Markdown => (at === undefined ? NOT_KNOWN : yamlString(at))

export const frontMatter = (
  { state, events }: Material,
  rendered: { tool: string; template: string },
): Markdown => {
  const digests = new Map(state.runs.map(({ runbook }) => [runbook.sha256, runbook]))
  const lines: Markdown[] = [
    say`---`,
    say`hotwash: 1 # format of this head`,
    say`incident: ${yamlString(state.id)}`,
    say`title: ${yamlString(state.title)}`,
    ...(state.drill ? [say`drill: true`] : []),
    say`severity: ${yamlString(state.severity)}`,
    say`status: ${yamlString(state.status)}`,
    say`impact_start: ${moment(state.impactStart)}`,
    say`detected_at: ${moment(state.detectedAt)}`,
    say`declared_at: ${moment(state.declaredAt || undefined)}`,
    say`acknowledged_at: ${moment(state.acknowledgedAt)}`,
    say`mitigated_at: ${moment(state.mitigatedAt)}`,
    say`resolved_at: ${moment(state.resolvedAt)}`,
    say`responders: [${join(responders(events).map(yamlString), ', ')}]`,
    ...runbooks([...digests.values()]),
    ...Object.entries(FOR_PEOPLE).map(([key, says]) => say`${text(key)}: null # ${says}`),
    say`template: ${yamlString(rendered.template)}`,
    say`rendered_by: ${yamlString(rendered.tool)}`,
    say`---`,
  ]
  return join(
    lines.filter((line) => line !== NOTHING),
    '\n',
  )
}

const runbooks = (used: readonly { name: string; path: string; sha256: string }[]): Markdown[] => {
  if (used.length === 0) return []
  const items = used.flatMap(({ name, path, sha256 }) => [
    say`  - name: ${yamlString(name)}`,
    say`    path: ${yamlString(path)}`,
    say`    sha256: ${yamlString(sha256)}`,
  ])
  return [say`runbooks:`, ...items]
}
