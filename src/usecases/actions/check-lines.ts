/** What a person reads of `actions check`. */
import { visibleBlock, visibleLine } from '../../incident/visible.ts'
import type { CheckedAction, Checks } from './check-actions.ts'

const WORDS = {
  passed: 'passed',
  failed: 'FAILED',
  planned: 'would run',
  not_run: 'not run',
  person: 'needs a person',
  no_criterion: 'has no done_when',
  declined: 'declined',
} as const satisfies Record<CheckedAction['status'], string>

const MOST_PREVIEW_LINES = 10

export const checkLines = ({ incident, checks }: Checks): string[] => {
  if (checks.length === 0) return [`the report of ${incident} has no actions`]
  return checks.flatMap((check) => [
    `${check.id}  ${WORDS[check.status]}${became(check)}  ${visibleLine(check.title)}`,
    ...previewLines(check),
    ...reasonLines(check),
    ...(check.status === 'person' && check.is === 'open'
      ? [`  once it is done: hotwash actions close ${incident} ${check.id} --evidence "…"`]
      : []),
  ])
}

const became = ({ was, is }: CheckedAction): string => {
  if (was === is) return is === 'done' ? ', still done' : ''
  return is === 'done' ? ', now done' : ', open again'
}

const previewLines = ({ preview, status }: CheckedAction): string[] => {
  if (preview === undefined || status === 'passed') return []
  const lines = visibleBlock(preview).trimEnd().split('\n')
  const more = lines.length - MOST_PREVIEW_LINES
  return [
    ...lines.slice(0, MOST_PREVIEW_LINES).map((line) => `  > ${line}`),
    ...(more > 0 ? [`  > … and ${more} more lines`] : []),
  ]
}

const reasonLines = ({ reason }: CheckedAction): string[] =>
  reason === undefined || reason === '' ? [] : [`  ${visibleLine(reason)}`]
