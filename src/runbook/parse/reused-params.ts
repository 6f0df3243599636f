/**
 * `like: STEP` in a kind whose parameters can be taken over from another step. What a login skips
 * adds up from step to step; what a snapshot states itself stands instead of what the other states.
 */
import { isMap, type Around, type Parsing } from './parsing.ts'
import type { Path } from '../yaml/problems.ts'

const MAX_LIKE = 20

type Given = { kind: string; given: unknown; path: Path }
type Held = Record<string, unknown>
/** From the step itself to the one that is like no other. */
type Link = { params: Held; path: Path }

export type Reused = {
  value: unknown
  /** Where a parameter stands that was taken over. */
  place: (inner: Path) => Path
}

/** undefined: nothing is taken over; `unknown`: there is no such step, which is reported in the end. */
export function reusedParams(
  parsing: Parsing,
  { kind, given, path }: Given,
  around: Around,
): Reused | 'unknown' | undefined {
  const merge = MERGED[kind]
  if (merge === undefined || !isMap(given) || typeof given['like'] !== 'string') return undefined
  const chain: Link[] = [{ params: given, path }]
  for (let last = chain[0]; typeof last?.params['like'] === 'string'; last = chain.at(-1)) {
    const other = parsing.raw.get(last.params['like'].replace(/^steps\./, ''))
    const params = other?.raw[kind]
    if (!other || !isMap(params) || chain.length > MAX_LIKE) {
      const at = { extra: {}, order: around.order, noSecret: undefined }
      parsing.pending.push({ ...at, is: 'step', id: given['like'], kind, path: [...path, 'like'] })
      return 'unknown'
    }
    chain.push({ params, path: [...other.path, kind] })
  }
  return merge(chain)
}

const MERGED: Readonly<Record<string, (chain: readonly Link[]) => Reused>> = {
  login(chain) {
    const last = chain.at(-1)
    const own = chain[0]?.path ?? []
    const skip = chain
      .toReversed()
      .flatMap(({ params }) => (Array.isArray(params['skip']) ? (params['skip'] as unknown[]) : []))
    const place = (inner: Path): Path => [
      ...(inner[0] === 'skip' ? own : (last?.path ?? own)),
      ...inner,
    ]
    return { value: { ...last?.params, skip }, place }
  },
  snapshot(chain) {
    const value = Object.assign({}, ...chain.toReversed().map(({ params }) => params)) as Held
    const own = chain[0]?.path ?? []
    const place = (inner: Path): Path => {
      const key = String(inner[0])
      const from = chain.find(({ params }) => Object.hasOwn(params, key))
      return [...(from?.path ?? own), ...inner]
    }
    return { value, place }
  },
}
