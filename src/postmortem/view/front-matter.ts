/**
 * The report's machine-readable head: what the log knows, and `null` with a comment for what only
 * people know. It never holds what people wrote there, so that merging leaves their YAML alone.
 */
import { momentsOf, type Moment } from '../../incident/moments.ts'
import { HINTS, LOG_HINTS } from '../front-matter/hints.ts'
import { MOMENT_FIELDS } from '../front-matter/moment-fields.ts'
import { join, say, text, yamlComment, yamlString, type Markdown } from './markdown.ts'
import type { Material } from './material.ts'
import { responders } from './summary.ts'

const KNOWN = {
  exact: '',
  minute: 'to the minute',
  about: 'an estimate',
} as const

const moment = (last: Moment | undefined, hint: string): Markdown => {
  if (last === undefined) return say`null${yamlComment(`not in the record; ${hint}`)}`
  const { precision, source } = last
  const from = source === undefined ? '' : `from ${source}`
  const known = [KNOWN[precision], from].filter((part) => part !== '').join(', ')
  return say`${yamlString(last.at)}${yamlComment(known)}`
}

export const frontMatter = (
  { state, events }: Material,
  rendered: { tool: string; template: string },
): Markdown => {
  const digests = new Map(state.runs.map(({ runbook }) => [runbook.sha256, runbook]))
  const moments = momentsOf(events)
  return join(
    [
      say`---`,
      say`hotwash: 1 # format of this head`,
      say`# From the log, which is corrected by hotwash update, and not here.`,
      say`incident: ${yamlString(state.id)}`,
      say`title: ${yamlString(state.title)}`,
      say`drill: ${text(String(state.drill))}`,
      say`severity: ${yamlString(state.severity)}`,
      say`status: ${yamlString(state.status)}`,
      ...MOMENT_FIELDS.map(
        ([field, name]) => say`${text(field)}: ${moment(moments[name].at(-1), LOG_HINTS[field])}`,
      ),
      say`responders: [${join(responders(events).map(yamlString), ', ')}]`,
      ...runbooks([...digests.values()]),
      say`template: ${yamlString(rendered.template)}`,
      say`rendered_by: ${yamlString(rendered.tool)}`,
      say`# From people: what is not known yet stays null.`,
      ...Object.entries(HINTS).map(([key, hint]) => say`${text(key)}: null${yamlComment(hint)}`),
      say`---`,
    ],
    '\n',
  )
}

const runbooks = (used: readonly { name: string; path: string; sha256: string }[]): Markdown[] => {
  if (used.length === 0) return [say`runbooks: []`]
  const items = used.flatMap(({ name, path, sha256 }) => [
    say`  - name: ${yamlString(name)}`,
    say`    path: ${yamlString(path)}`,
    say`    sha256: ${yamlString(sha256)}`,
  ])
  return [say`runbooks:`, ...items]
}
