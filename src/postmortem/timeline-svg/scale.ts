/**
 * From times to places. Time runs evenly, but for idle stretches that would fill the picture and
 * say nothing: those get a fixed width, and are drawn as what they are.
 */
export type Stretch = { from: number; to: number; x0: number; x1: number }

export type Scale = {
  x: (at: number) => number
  /** In order, without the gaps. */
  stretches: Stretch[]
  /** As they are drawn: what stands at their ends stands beside them. */
  gaps: Stretch[]
  pixelsPerMs: number
}

type Span = { from: number; to: number }

export type ScaleSource = {
  from: number
  to: number
  /** Times at which something begins or ends. */
  instants: readonly number[]
  /** While these last something is going on. */
  busy: readonly Span[]
  x0: number
  x1: number
}

/** Room for the longest words, and for the marks at both ends. */
const GAP_WIDTH = 104
const GAP_MARGIN = 13
const MAX_GAPS = 5
/** Of what is left of the picture. */
const GAP_SHARE = 0.2
const GAP_TO_MEDIAN = 6
const MIN_GAP_MS = 5_000

export const createScale = (source: ScaleSource): Scale => {
  const { x0, x1 } = source
  // Everything at one instant still needs a second of room.
  const flat = source.to - source.from < 1
  const from = flat ? source.from - 500 : source.from
  const to = flat ? source.to + 500 : source.to
  const gaps = gapsOf(source).sort((a, b) => a.from - b.from)
  const idle = gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0)
  const pixelsPerMs = (x1 - x0 - gaps.length * GAP_WIDTH) / (to - from - idle)
  const stretches: Stretch[] = []
  const placed: Stretch[] = []
  let at = from
  let x = x0
  for (const gap of gaps) {
    const end = x + (gap.from - at) * pixelsPerMs
    stretches.push({ from: at, to: gap.from, x0: x, x1: end })
    placed.push({ ...gap, x0: end, x1: end + GAP_WIDTH })
    at = gap.to
    x = end + GAP_WIDTH
  }
  stretches.push({ from: at, to, x0: x, x1 })
  const parts = [...stretches, ...placed].sort((a, b) => a.x0 - b.x0 || a.x1 - b.x1)
  const drawn = placed.map((gap) => ({ ...gap, x0: gap.x0 + GAP_MARGIN, x1: gap.x1 - GAP_MARGIN }))
  return { x: (time) => place(parts, time), stretches, gaps: drawn, pixelsPerMs }
}

const place = (parts: readonly Stretch[], time: number): number => {
  const part = parts.find(({ to }) => time <= to) ?? parts.at(-1)
  if (part === undefined) return 0
  const share = part.to === part.from ? 0 : (time - part.from) / (part.to - part.from)
  return part.x0 + Math.min(1, Math.max(0, share)) * (part.x1 - part.x0)
}

const gapsOf = ({ from, to, instants, busy }: ScaleSource): Span[] => {
  const times = [...new Set(instants)].filter((at) => at >= from && at <= to).sort(ascending)
  const between = times.slice(1).map((end, index) => ({ from: times[index] ?? end, to: end }))
  // With two things there is only one stretch, and it is the picture.
  if (between.length < 3) return []
  const median = between.map(lengthOf).sort(ascending)[Math.floor(between.length / 2)] ?? 0
  const longest = between.filter(idleDuring(busy)).sort((a, b) => lengthOf(b) - lengthOf(a))
  const found: Span[] = []
  let left = to - from
  for (const gap of longest.slice(0, MAX_GAPS)) {
    const length = lengthOf(gap)
    if (length < MIN_GAP_MS || length < left * GAP_SHARE || length < median * GAP_TO_MEDIAN) break
    if (left - length < 1) break
    found.push(gap)
    left -= length
  }
  return found
}

const ascending = (a: number, b: number): number => a - b
const lengthOf = ({ from, to }: Span): number => to - from

/** Spans are merged first, so that each question is one search. */
const idleDuring = (busy: readonly Span[]): ((span: Span) => boolean) => {
  const merged: Span[] = []
  for (const span of [...busy].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1)
    if (last !== undefined && span.from <= last.to) last.to = Math.max(last.to, span.to)
    else merged.push({ ...span })
  }
  return (span) => {
    let low = 0
    let high = merged.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((merged[middle]?.to ?? 0) <= span.from) low = middle + 1
      else high = middle
    }
    const next = merged[low]
    return next === undefined || next.from >= span.to
  }
}
