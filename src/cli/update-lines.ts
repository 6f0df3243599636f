/** What the engine tells, as append-only lines: the plain output, and the scroll-back of the screen. */
import { durationInWords } from '../incident/duration.ts'
import { findingInWords } from '../incident/finding-in-words.ts'
import type { Check } from '../incident/event.ts'
import type { RunState, StepState } from '../incident/state.ts'
import { ownName } from '../incident/step-title.ts'
import { visibleBlock, visibleLine } from '../incident/visible.ts'
import type { StepCard, Update } from '../ports/operator.ts'
import { effectWord, undoWords } from './screen/card.ts'

export function updateLines(update: Update): string[] {
  switch (update.type) {
    case 'started':
      return startedLines(update.card, update.undo)
    case 'output':
      return [
        `  ${update.together === true ? `${update.step} ` : ''}${update.stream === 'stderr' ? '!' : '|'} ${visibleBlock(update.line)}`,
      ]
    case 'finished':
      return finishedLines(update.step, update.undo)
    case 'finding':
      return [`  ${visibleLine(findingInWords(update.finding))}`]
    case 'retrying':
      return [
        `  ${update.step}: attempt ${update.attempt - 1} failed; attempt ${update.attempt} of ` +
          `${update.of} in ${durationInWords(update.inMs)}`,
      ]
    case 'skipped':
      return [`step ${update.step}: SKIPPED: ${visibleLine(update.reason)}`]
    case 'planned':
      return plannedLines(update)
    case 'say':
      return [`${update.level === 'warning' ? 'warning: ' : ''}${visibleBlock(update.text)}`]
    case 'run_finished':
      return runFinishedLines(update.run)
  }
}

function startedLines(card: StepCard, undo: boolean): string[] {
  const limit = card.timeoutMs === null ? 'no limit' : `limit ${durationInWords(card.timeoutMs)}`
  const attempt = card.attempt > 1 ? `, attempt ${card.attempt}` : ''
  const what = undo ? 'undoing' : `step ${card.n} of ${card.of}`
  return [
    `${what} ${titled(card)} (${effectWord(card.effect)}, ${limit}${attempt})`,
    ...commandLines(card.preview),
  ]
}

function titled(card: StepCard): string {
  const more = [card.round, ownName(card)].filter((part) => part !== undefined).map(visibleLine)
  return [card.id, ...more].join(': ')
}

const commandLines = (preview: string): string[] =>
  preview === ''
    ? []
    : visibleBlock(preview)
        .trimEnd()
        .split('\n')
        .map((line) => `  > ${line}`)

const STEP_WORDS = {
  pending: 'NOT STARTED',
  running: 'RUNNING',
  waiting: 'WAITING',
  succeeded: 'SUCCEEDED',
  failed: 'FAILED',
  skipped: 'SKIPPED',
  unknown: 'UNKNOWN',
  rolled_back: 'ROLLED BACK',
} as const satisfies Record<StepState['status'], string>

/** A diagnosis succeeds whatever it saw: the word must not say that all is well. */
const statusWord = ({ status, observed, by }: StepState): string =>
  status === 'succeeded' && observed && by === undefined ? 'OBSERVED' : STEP_WORDS[status]

function finishedLines(step: StepState, undo: boolean): string[] {
  const status = undo ? (step.undo?.status ?? step.status).toUpperCase() : statusWord(step)
  const reason = undo ? step.undo?.reason : step.reason
  const { durationMs, exitCode, signal, by } = undo
    ? { ...step.undo, signal: undefined, by: undefined }
    : step
  const facts = [
    ...(by === 'hand' ? ['by hand'] : []),
    ...(durationMs === undefined ? [] : [durationInWords(durationMs)]),
    ...(exitCode === undefined || exitCode === 0 ? [] : [`exit code ${exitCode}`]),
    ...(signal === undefined ? [] : [signal]),
  ]
  const more = facts.length === 0 ? '' : ` (${facts.join(', ')})`
  return [
    `${undo ? 'undo of' : 'step'} ${step.id}: ${status}${more}`,
    ...(undo ? [] : [...checkLines(step.checks), ...noteLines(step)]),
    ...(reason === undefined
      ? []
      : visibleBlock(reason)
          .split('\n')
          .map((line) => `  ${line}`)),
  ]
}

/** What was done by hand has its evidence for reason and note. */
const noteLines = ({ notes = [], reason }: StepState): string[] =>
  notes.filter((note) => note !== reason).map((note) => `  note: ${visibleLine(note)}`)

/** Every check by name with what was seen; what was wanted where it differs. */
export const checkLines = (checks: readonly Check[]): string[] =>
  checks.map(({ name, status, seen, wanted }) => {
    const said = status === 'failed' ? `seen: ${seen}; wanted: ${wanted}` : seen
    return `  ${status.replace('_', ' ').padEnd(12)}${name}${said === '' ? '' : `: ${visibleLine(said)}`}`
  })

function plannedLines(update: Extract<Update, { type: 'planned' }>): string[] {
  const { card, ran, result } = update
  if (ran === 'undo') return [`would undo ${titled(card)}`, ...commandLines(result)]
  const words = {
    read: 'really run, it only reads',
    not_run: 'not run',
    skipped: 'skipped',
  } as const
  if (card.group === true && ran === 'not_run') {
    return [...startedLines(card, false), `  ${visibleBlock(result)}`]
  }
  return [
    ...startedLines(card, false),
    ...(card.effect === 'read' || ran === 'skipped' ? [] : [`  undo: ${undoWords(card)}`]),
    `  ${words[ran]}${result === '' ? '' : `: ${visibleBlock(result)}`}`,
  ]
}

/** Why, and what to type next, are the result's own last lines, on stdout. */
const runFinishedLines = (run: RunState): string[] => [
  `run ${run.status.replace('_', ' ').toUpperCase()}`,
]
