/** A comparison as text: on the screen, and as evidence that a person can read. */
import {
  countsInWords,
  HOW_WORDS,
  type Change,
  type CheckedOnce,
  type Comparison,
  type Fact,
} from '../../../incident/comparison.ts'

export function renderComparison(comparison: Comparison): string {
  const { changes, health } = comparison
  if (changes.length === 0 && health.length === 0) return 'no difference\n'
  const head =
    changes.length === 0
      ? 'no difference'
      : `${countsInWords(comparison)} since step ${comparison.like}`
  return `${[head, ...changes.flatMap(changeLines), ...healthLines(health)].join('\n')}\n`
}

function changeLines({ name, how, facts, more }: Change): string[] {
  const told = how === 'changed' ? name : `${name}: ${HOW_WORDS[how]}`
  const rest = more > 0 ? [`  (${more} more)`] : []
  return [told, ...facts.flatMap(factLines).map((line) => `  ${line}`), ...rest]
}

function factLines({ fact, before, after, by_line: byLine }: Fact): string[] {
  if (before === null) return [`+ ${fact}: ${oneLine(after ?? '')}`]
  if (after === null) return [`- ${fact}: ${oneLine(before)}`]
  if (byLine !== true) return [`${fact}: ${shown(before)} -> ${shown(after)}`]
  const each = (sign: string, text: string): string[] =>
    text === '' ? [] : text.split('\n').map((line) => `  ${sign} ${line}`)
  return [`${fact}:`, ...each('-', before), ...each('+', after)]
}

const DIGEST = /^[0-9a-f]{64}$/
const DIGEST_CHARS = 12

/** A digest is read by its beginning; all of it is in the evidence. */
const shown = (text: string): string =>
  text === '' ? '(empty)' : DIGEST.test(text) ? `${text.slice(0, DIGEST_CHARS)}…` : oneLine(text)

const oneLine = (text: string): string => text.replaceAll('\n', '; ')

/** All of them, so that nobody has to infer from silence what was well. */
function healthLines(health: Comparison['health']): string[] {
  if (health.length === 0) return []
  const names = Math.max(...health.map(({ name }) => name.length))
  const cells = health.map((one) => [checked(one.before), checked(one.after)] as const)
  const width = Math.max(...cells.map(([before]) => before.length))
  return [
    'health checks, before and after',
    ...health.map(({ name }, index) => {
      const [before = '', after = ''] = cells[index] ?? []
      return `  ${name.padEnd(names)}  ${before.padEnd(width)}  ->  ${after}`
    }),
  ]
}

const checked = (one: CheckedOnce | null): string =>
  one === null ? 'not checked' : `${one.status} (${one.latency_ms} ms)`
