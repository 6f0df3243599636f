/**
 * The exchanges of a check that did not go as the flow says. What a check saw is in its words; these
 * tell of what category the trouble is, and under which request the service's own logs have it.
 */
import { categoryOf } from '../../../incident/error-category.ts'
import { plainWords } from '../../error-shape.ts'
import { createTally, type ErrorContext, type ErrorGroup } from '../../error-tally.ts'

type Exchange = { shape: string; status?: number; code?: string; context: ErrorContext }

export type FailedExchanges = {
  /** Forgets those of the check before. */
  begin(): void
  add(exchange: Exchange): void
  /** Of this check, those whose answer stands in its words: a refusal that was wanted does not. */
  in(seen: string): ErrorGroup[]
}

export function createFailedExchanges(): FailedExchanges {
  let tally = createTally()
  return {
    begin: () => {
      tally = createTally()
    },
    add: ({ shape, context, ...signs }) => {
      tally.add(shape, { category: categoryOf({ ...signs, text: shape }), context })
    },
    in: (seen) => {
      const words = plainWords(seen)
      return tally.groups().filter(({ shape }) => words.includes(shape.replace(/…$/, '')))
    },
  }
}

/** ` [database, request 4f1c]` of the most frequent one; nothing where there is nothing to tell. */
export function signsInWords([most]: readonly ErrorGroup[]): string {
  if (most === undefined) return ''
  const { request_id: id } = most.first
  const category = most.category === 'unknown' ? [] : [most.category]
  const signs = [...category, ...(id === undefined ? [] : [`request ${id}`])]
  return signs.length === 0 ? '' : ` [${signs.join(', ')}]`
}
