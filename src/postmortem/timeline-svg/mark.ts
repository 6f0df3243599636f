/** What is drawn, and in which lane; times are milliseconds since 1970. */

/** What a mark is drawn as; `many`: several that would cover each other. */
export type Shape =
  'step' | 'undo' | 'wait' | 'command' | 'note' | 'moment' | 'answer' | 'finding' | 'end' | 'many'

/** In words, as it is printed; shape and pattern say the same without color. */
export type Outcome = 'succeeded' | 'failed' | 'unknown' | 'not ended' | 'skipped' | 'waiting'

export type Mark = {
  lane: string
  shape: Shape
  from: number
  /** The same as `from` for what has no length. */
  to: number
  /** As measured, where it was: without the time that writing it down took. */
  took?: number
  /** Of several: when the last of them was. */
  last?: number
  /** No end on record: drawn to the end of the picture. */
  open?: true
  /** A time that a person gave as "about". */
  about?: true
  outcome?: Outcome
  /** A few words beside the mark. */
  label: string
  /** All of it, as in the timeline. */
  says: string
  clock: number
}

export type Lane = { key: string; name: string; kind: 'person' | 'run'; marks: Mark[] }

export const tookMs = ({ from, to, took = to - from }: Mark): number => took
