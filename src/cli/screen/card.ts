/** One step as a person reads it before it runs. Lines of plain words, no longer than the width. */
import { durationInWords } from '../../incident/duration.ts'
import { ownName } from '../../incident/step-title.ts'
import { visibleBlock, visibleLine } from '../../incident/visible.ts'
import type { StepCard } from '../../ports/operator.ts'
import { EFFECT_WORDS } from '../../runbook/effect-words.ts'
import type { Effect } from '../../runbook/runbook.ts'
import { columns, fit, wrap } from './wrap.ts'

const LABEL = 9
const MOST_PREVIEW_LINES = 30

export function undoWords({ effect, undo, group }: StepCard): string {
  if (group === true) return 'each of its steps has its own'
  if (undo !== undefined) return visibleLine(undo)
  return effect === 'read' ? 'nothing to undo' : 'cannot be undone'
}

export const effectWord = (effect: Effect): string =>
  effect === 'read' ? `${EFFECT_WORDS.read}, changes nothing` : EFFECT_WORDS[effect]

/** A gate does nothing to a target: who, what, and when are enough. */
export function gateLines(card: StepCard, look: { width: number; nowMs: number }): string[] {
  return [
    '',
    headline(`step ${card.n} of ${card.of}: ${card.id}`, look.width),
    ...wrap(situation(card, look.nowMs), look.width, '  '),
    ...titleLines(card, look.width),
    ...descriptionLines(card, look.width),
  ]
}

export function cardLines(card: StepCard, look: { width: number; nowMs: number }): string[] {
  const { width } = look
  const field = (label: string, text: string): string[] =>
    wrap(`  ${label.padEnd(LABEL)}${text}`, width, ' '.repeat(LABEL + 2))
  const attempt = card.attempt > 1 ? `, attempt ${card.attempt}` : ''
  return [
    '',
    headline(`step ${card.n} of ${card.of}: ${card.id}${attempt}`, width),
    ...wrap(situation(card, look.nowMs), width, '  '),
    ...titleLines(card, width),
    ...descriptionLines(card, width),
    ...(card.refs.length === 0 ? [] : field('see', card.refs.join(', '))),
    ...field('effect', `${effectWord(card.effect)} (${card.kind})`),
    ...(card.target === '' ? [] : field('target', visibleLine(card.target))),
    ...field('undo', undoWords(card)),
    ...field('limit', card.timeoutMs === null ? 'none' : durationInWords(card.timeoutMs)),
    ...preview(card.preview, width),
  ]
}

/** The check of an action of a report: no run is around it, and nothing is undone. */
export function actionLines(card: StepCard, { width }: { width: number }): string[] {
  const { timeoutMs } = card
  const limit = timeoutMs === null ? 'none' : durationInWords(timeoutMs)
  return [
    '',
    headline(`action ${card.n} of ${card.of}: ${card.id}`, width),
    ...wrap(`${card.run.incident} · ${card.run.severity}`, width, '  '),
    ...titleLines(card, width),
    ...wrap(`  limit    ${limit}`, width, ' '.repeat(LABEL + 2)),
    ...preview(card.preview, width),
  ]
}

/** In a round of a `foreach`, what this round is about comes first: ids and scripts may not show it. */
const titleLines = (card: StepCard, width: number): string[] =>
  [card.round, ownName(card)]
    .filter((line) => line !== undefined)
    .flatMap((line) => wrap(visibleLine(line), width, '  '))

const descriptionLines = ({ description }: StepCard, width: number): string[] =>
  description === undefined ? [] : wrap(visibleBlock(description).trim(), width)

function headline(text: string, width: number): string {
  const title = fit(`── ${text} `, width)
  return title + '─'.repeat(Math.max(0, Math.min(width, 100) - columns(title)))
}

function situation({ run }: StepCard, nowMs: number): string {
  const elapsed = durationInWords(Math.max(0, nowMs - Date.parse(run.startedAt)))
  return [
    run.incident,
    run.severity,
    ...(run.environment === undefined ? [] : [run.environment]),
    `run ${elapsed} old`,
    `${new Date(nowMs).toISOString().slice(11, 19)}\u00A0UTC`,
  ].join(' · ')
}

const leading = (line: string): number => line.length - line.trimStart().length

/** What it would do, line for line as it will be carried out. */
function preview(text: string, width: number): string[] {
  const lines = visibleBlock(text).trimEnd().split('\n')
  const shown = lines
    .slice(0, MOST_PREVIEW_LINES)
    .flatMap((line) => wrap(`    ${line}`, width, ' '.repeat(6 + leading(line))))
  const more = lines.length - MOST_PREVIEW_LINES
  return ['  does', ...shown, ...(more > 0 ? [`    … and ${more} more lines`] : [])]
}
