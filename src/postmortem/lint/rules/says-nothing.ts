import type { Block } from '../../../markdown/blocks.ts'
import { blankComments } from '../blank.ts'
import type { LintDocument } from '../lint-document.ts'
import type { LintRule } from '../rule.ts'

/** Letters and digits below the headings; what is shorter is a stub in any language. */
const LEAST_OF_HOTWASH = 20

export const saysNothing: LintRule = {
  id: 'says-nothing',
  severity: 'error',
  reason: 'In an empty report no rule finds a fault: it would pass as if it were done.',
  suggestion: 'write it; what was emptied by mistake is still in git',
  good: '# Logins failed\n\nLogins of 300 users failed from 10:15 to 10:40 UTC.\n',
  bad: '# Logins failed\n',
  check: (document, { record }) => {
    const { asks, start, own } = document
    // An empty place that is marked is a finding already.
    if (asks.size > 0) return []
    const isOurs = own || record !== undefined
    const said = saidIn(document)
    if (said >= (isOurs ? LEAST_OF_HOTWASH : 1)) return []
    const message = said === 0 ? 'the document says nothing' : 'the report says next to nothing'
    return [{ ...start, message, whole: true }]
  },
}

/** Counted as far as it matters. */
const saidIn = ({ body }: LintDocument): number => {
  let said = 0
  for (const { blocks } of body.sections)
    for (const block of blocks) {
      said += textOf(block).match(/[\p{L}\p{N}]/gu)?.length ?? 0
      if (said >= LEAST_OF_HOTWASH) return said
    }
  return said
}

const textOf = (block: Block): string => {
  switch (block.type) {
    case 'paragraph':
      return /^\[\^[^\]\n]+\]:/.test(block.text) ? '' : blankComments(block.text)
    case 'html':
      return blankComments(block.text)
    case 'code':
      return block.text
    case 'list':
      return block.items.map(({ text, blocks }) => text + blocks.map(textOf).join('')).join('')
    case 'table':
      return block.rows.flatMap(({ cells }) => cells.map(({ text }) => text)).join('')
    case 'quote':
      return block.blocks.map(textOf).join('')
    case 'rule':
      return ''
  }
}
