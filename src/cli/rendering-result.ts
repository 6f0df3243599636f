/** What `postmortem draft`, `render` and `diff` print. */
import { counted } from '../incident/counted.ts'
import { EXIT, HotwashError } from '../errors.ts'
import type { ReportDiff } from '../usecases/report/diff-postmortem.ts'
import type { Edited } from '../usecases/report/edit-postmortem.ts'
import { marksIn } from '../postmortem/to-write.ts'
import type { Rendering } from '../usecases/report/render-postmortem.ts'
import type { CommandResult } from './envelope.ts'
import { explain, explainIssue } from './explain.ts'
import { talk } from './streams.ts'

type Told = { done: string; isJson: boolean }

export const renderingResult = (rendering: Rendering, { done, isJson }: Told): CommandResult => {
  const { text, file, resolveIn, warnings, ...json } = rendering
  const { incident, path, branch, conflicts, changed } = json
  const where = file ?? (branch === null ? path : `${path} on branch ${branch}`)
  if (resolveIn === undefined) {
    const next =
      marksIn(text).length === 0
        ? `next: hotwash postmortem review ${incident}`
        : `read it: hotwash postmortem show ${incident}\nwrite what only people know: hotwash postmortem edit ${incident}`
    const did = changed ? `${done} ${where}` : `${where} says what the record says`
    return { json, text: `${did}\n${next}`, warnings }
  }
  const message = `${counted(conflicts, 'conflict')}: people and the record changed the same lines of ${where}`
  const hint = `nothing was overwritten; resolve it with: hotwash postmortem edit ${incident}\nor in ${resolveIn}, and then: hotwash postmortem render ${incident}`
  const error = new HotwashError('FOUND', message, { hint })
  if (!isJson) talk(explain(error, { debug: false }))
  return {
    json: { ...json, resolve_in: resolveIn },
    warnings,
    exitCode: EXIT.found,
    error: { code: 'FOUND', message, hint },
  }
}

export const diffResult = (
  found: ReportDiff,
  { isCheck, isJson }: { isCheck: boolean; isJson: boolean },
): CommandResult => {
  const { warnings: told, ...json } = found
  const { incident, path, conflicts, changed, actions_only, sha256 } = json
  const named = `${counted(conflicts, 'conflict')}: people and the record changed the same lines, see <<<<<<< below`
  const warnings = conflicts > 0 ? [...told, named] : told
  const text = changed ? found.diff : `${path} says what the record says`
  if (!isCheck || !changed) return { json, text, warnings }
  // Actions go on for months after a review; that is no fault of the report.
  if (actions_only)
    return {
      json,
      text: `${path} says what the record says, but for what became of its actions since\nbring that in, approvals stay: hotwash postmortem render ${incident}`,
      warnings,
    }
  const message =
    sha256 === null ? `there is no ${path}` : `${path} does not say what the record says`
  const hint = `hotwash postmortem ${sha256 === null ? 'draft' : 'render'} ${incident}`
  if (!isJson) talk(explain(new HotwashError('FOUND', message, { hint }), { debug: false }))
  return { json, text, warnings, exitCode: EXIT.found, error: { code: 'FOUND', message, hint } }
}

export const editedResult = (edited: Edited): CommandResult => {
  const { path, branch, issues, changed, conflicts, incident, to_write } = edited
  const where = branch === null ? path : `${path} on branch ${branch}`
  const warnings = issues.map((issue) => `the head has a problem: ${explainIssue(issue)}`)
  if (conflicts === 0) {
    const left = to_write.length === 0 ? '' : `\nstill to write: ${to_write.join(', ')}`
    // A render refuses a bad head, and brings what a good one says into the text.
    const isBad = issues.some(({ severity }) => severity === 'error')
    const next = isBad ? 'edit' : changed ? 'render' : 'review'
    return {
      json: edited,
      text: `${changed ? `saved ${where}` : `${where} is unchanged`}${left}\nnext: hotwash postmortem ${next} ${incident}`,
      warnings,
    }
  }
  const message = `${counted(conflicts, 'conflict')} still to resolve: ${where} is unchanged, what you wrote is kept. Go on with: hotwash postmortem edit ${incident}`
  return {
    json: edited,
    warnings,
    told: [...warnings, message],
    exitCode: EXIT.found,
    error: { code: 'FOUND', message },
  }
}

/** For a person who looks at it, and did not ask for plain text (https://no-color.org). */
export const wantsColor = ({ isJson }: { isJson: boolean }): boolean =>
  process.stdout.isTTY && !isJson && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb'
