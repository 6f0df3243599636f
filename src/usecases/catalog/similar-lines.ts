/** Similar incidents as people read them, and as `--json` has them. */
import { clip, visibleLine } from '../../incident/visible.ts'
import type { ActionState } from '../../postmortem/actions/action-state.ts'
import type { Common, Similar } from '../../catalog/similar.ts'
import type { Summary } from '../../catalog/summary.ts'

const MOST_WORDS = 6
const MOST_WORDS_LISTED = 20
const MOST_STEPS = 4
const TITLE_CHARACTERS = 100

export const similarJson = ({ incident, score, words, common, fix, openActions }: Similar) => ({
  incident: incident.id,
  title: incident.title,
  severity: incident.severity,
  status: incident.status,
  declared_at: incident.declaredAt,
  score: rounded(score),
  why: {
    words: words
      .map(({ word, part }) => ({ word, part: rounded(part) }))
      .filter(({ part }) => part > 0)
      .slice(0, MOST_WORDS_LISTED),
    same: common,
  },
  fix:
    fix === undefined
      ? null
      : { runbook: fix.runbook ?? null, steps: fix.steps, commands: fix.commands },
  open_actions: openActions.map(({ id, title, type, owner, priority, due }) => ({
    id,
    title,
    type,
    owner: owner ?? null,
    priority: priority ?? null,
    due: due ?? null,
  })),
})

export type SimilarJson = ReturnType<typeof similarJson>

const rounded = (value: number): number => Math.round(value * 1000) / 1000

type Found = { incident: string | undefined; similar: readonly Similar[]; of: number }

/** With a sentence where there is nothing to list. */
export function similarResultLines({ incident, similar, of }: Found): string[] {
  if (similar.length > 0) return similarLines(similar)
  const other = incident === undefined ? '' : 'other '
  if (of === 0) return [`no ${other}incidents here yet to compare with`]
  const among =
    of === 1
      ? `the one ${other}incident here is not`
      : `none of the ${of} ${other}incidents here is`
  return [`${among} like ${incident ?? 'this'}`]
}

/** Four lines for each at most: which, why, what helped, what is still open. */
export const similarLines = (similar: readonly Similar[]): string[] =>
  similar.flatMap(({ incident, score, words, common, openActions }) => [
    `${incident.id}  ${visibleLine(incident.severity)} ${incident.status}  alike ${score.toFixed(2)} of 1`,
    `  ${clip(visibleLine(incident.title), TITLE_CHARACTERS)}`,
    `  alike:  ${whyInWords(words, common)}`,
    `  fixed:  ${fixInWords(incident)}`,
    ...openActions.map((action) => `  open:   ${actionInWords(action)}`),
  ])

const whyInWords = (words: Similar['words'], common: readonly Common[]): string => {
  const shown = words.slice(0, MOST_WORDS).map(({ word }) => word)
  const more = words.length - shown.length
  const list = `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  const same = common.map(({ kind, value }) => SAME[kind](visibleLine(value)))
  return [...(shown.length === 0 ? [] : [list]), ...same].join('; ')
}

const SAME: Readonly<Record<Common['kind'], (value: string) => string>> = {
  runbook: (value) => `same runbook ${value}`,
  category: (value) => `a ${value} problem too`,
  claim: (value) => `same finding: ${clip(value, 80)}`,
  service: (value) => `same service ${value}`,
}

function fixInWords({ fix, status }: Summary): string {
  if (fix === undefined)
    return status === 'open' || status === 'acknowledged'
      ? 'not yet'
      : 'the record does not say how'
  if (fix.runbook === undefined)
    return `no runbook; the last commands before it was over: ${fix.commands.map((command) => clip(command, 80)).join('; ')}`
  const shown = fix.steps.slice(0, MOST_STEPS).map(({ id }) => visibleLine(id))
  const more = fix.steps.length - shown.length
  const steps = `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  return `hotwash run ${visibleLine(fix.runbook.path)} (${steps})`
}

function actionInWords({ id, title, owner, due, priority }: ActionState): string {
  const about = [
    priority ?? undefined,
    owner === undefined ? 'no owner' : visibleLine(owner),
    due === undefined ? undefined : `due ${due}`,
  ].filter((part) => part !== undefined)
  return `${id}: ${clip(visibleLine(title), 80)} (${about.join(', ')})`
}
