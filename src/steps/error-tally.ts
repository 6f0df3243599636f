/** Failures counted by shape, with what is known of the first of each. Bounded, however many there are. */
import { CATEGORIES, type Category } from '../incident/error-category.ts'
import { plainShape } from './error-shape.ts'

/** Where and when an error was seen; nothing here says who was affected. */
export type ErrorContext = {
  /** Method and address without query, or database, program, file. */
  endpoint?: string
  user_agent?: string
  /** ISO 8601. */
  at?: string
  request_id?: string
}

export type ErrorGroup = {
  shape: string
  category: Category
  count: number
  /** Context of the first one. */
  first: ErrorContext
  /** Time of the last one; absent where times are not known. */
  last_at?: string
}

export type Tally = {
  /** `times`: as many equal ones, the last of them at `lastAt`. */
  add(
    shape: string,
    about?: { category?: Category; context?: ErrorContext; times?: number; lastAt?: string },
  ): void
  total(): number
  /** The most frequent first. */
  groups(): ErrorGroup[]
  byCategory(): Record<Category, number>
  /** `12 x 500 Failed query; 1 x 502 Bad Gateway`. */
  inWords(): string
}

const MAX_SHAPES = 50
const SHOWN_SHAPES = 5
/** Where further shapes are counted when there are too many. */
const OTHER = 'other answers'

export function createTally(): Tally {
  const groups = new Map<string, ErrorGroup>()
  const categories = Object.fromEntries(CATEGORIES.map((name) => [name, 0])) as Record<
    Category,
    number
  >
  const sorted = (): ErrorGroup[] => [...groups.values()].sort((a, b) => b.count - a.count)
  return {
    add: (shape, { category = 'unknown', context = {}, times = 1, lastAt = context.at } = {}) => {
      categories[category] += times
      const plain = plainShape(shape)
      // The same words may come from two causes: a 500 and an expectation that does not hold.
      const own = `${category} ${plain}`
      const isKept = groups.has(own) || groups.size < MAX_SHAPES
      const key = isKept ? own : OTHER
      const group = groups.get(key) ?? {
        shape: isKept ? plain : OTHER,
        category: isKept ? category : 'unknown',
        count: 0,
        first: context,
      }
      group.count += times
      if (lastAt !== undefined) group.last_at = lastAt
      groups.set(key, group)
    },
    total: () => [...groups.values()].reduce((sum, { count }) => sum + count, 0),
    groups: sorted,
    byCategory: () => ({ ...categories }),
    inWords: () => {
      const all = sorted()
      const shown = all.slice(0, SHOWN_SHAPES).map(({ shape, count }) => `${count} x ${shape}`)
      const rest = all.slice(SHOWN_SHAPES).reduce((sum, { count }) => sum + count, 0)
      return [...shown, ...(rest > 0 ? [`${rest} x other`] : [])].join('; ')
    },
  }
}

const SHOWN_NAMES = 5

/** What failed for whom, equal failures together: `admin, user: 500 Failed query`. */
export function failuresInWords(failures: readonly { who: string; why: string }[]): string {
  const whos = new Map<string, string[]>()
  for (const { who, why } of failures) whos.set(why, [...(whos.get(why) ?? []), who])
  const parts = [...whos].slice(0, SHOWN_SHAPES).map(([why, names]) => {
    const left = names.length - SHOWN_NAMES
    const shown = names.slice(0, SHOWN_NAMES).join(', ')
    return `${shown}${left > 0 ? ` and ${left} more` : ''}: ${why}`
  })
  const rest = whos.size - parts.length
  return [...parts, ...(rest > 0 ? [`${rest} other failures`] : [])].join('; ')
}
