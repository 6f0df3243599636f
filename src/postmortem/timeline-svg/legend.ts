/** What the shapes and patterns mean; only those that the picture has. */
import { drawPoint, styleOf } from './draw-mark.ts'
import { MARGIN, WIDTH } from './layout.ts'
import type { Mark, Outcome, Shape } from './model.ts'
import type { PlacedMark } from './place-lane.ts'
import { textWidth } from './text-width.ts'
import { px } from './xml.ts'

const NAMES: Record<Shape, string> = {
  step: 'step',
  undo: 'undo of a step',
  wait: 'waiting for a person',
  command: 'command typed by hand',
  note: 'note',
  moment: 'what was told of the incident',
  answer: 'decision',
  finding: 'finding',
  end: 'end of a run',
  many: 'several, drawn as one',
}

const BARS: ReadonlySet<Shape> = new Set(['step', 'undo', 'wait', 'command'])
const OUTCOMES: readonly Outcome[] = ['failed', 'unknown', 'not ended', 'skipped']
const SMALL = 12
const LINE = 24

type Entry = { mark: Pick<Mark, 'shape' | 'outcome'>; name: string }

export const legendOf = (
  marks: readonly PlacedMark[],
  y: number,
): { svg: string; bottom: number } => {
  const has = (shape: Shape, outcome?: Outcome): boolean =>
    marks.some(
      (mark) => mark.shape === shape && (outcome === undefined || mark.outcome === outcome),
    )
  const entries: Entry[] = (Object.keys(NAMES) as Shape[])
    .filter((shape) => has(shape))
    .map((shape) => ({
      mark:
        shape === 'wait'
          ? { shape, outcome: 'waiting' }
          : BARS.has(shape)
            ? { shape, outcome: 'succeeded' }
            : { shape },
      name: NAMES[shape],
    }))
  const outcomes = OUTCOMES.filter((outcome) => marks.some((mark) => mark.outcome === outcome))
  for (const outcome of outcomes) entries.push({ mark: { shape: 'step', outcome }, name: outcome })
  let x = MARGIN
  let line = 0
  const drawn = entries.map(({ mark, name }) => {
    const width = 32 + textWidth(name, { size: SMALL }) + 18
    if (x > MARGIN && x + width > WIDTH - MARGIN) {
      x = MARGIN
      line += 1
    }
    const at = y + line * LINE + LINE / 2
    const shape = BARS.has(mark.shape) ? sampleBar(mark, x, at) : drawPoint(mark.shape, x + 13, at)
    const text = `<text class="small" x="${px(x + 32)}" y="${px(at + 4)}">${name}</text>`
    x += width
    return `<g class="${styleOf(mark)}">${shape}${text}</g>`
  })
  return { svg: drawn.join(''), bottom: y + (line + 1) * LINE }
}

const sampleBar = ({ shape, outcome }: Entry['mark'], x: number, y: number): string => {
  const box = `x="${px(x)}" y="${px(y - 7)}" width="26" height="14"`
  const pattern =
    outcome === 'failed'
      ? 'failed'
      : outcome === 'unknown' || outcome === 'not ended'
        ? 'unknown'
        : shape === 'undo'
          ? 'undo'
          : undefined
  const body =
    shape === 'undo'
      ? `<path class="shape" d="M${px(x)} ${px(y)}l6 -7h20v14h-20z"/>`
      : outcome === 'not ended'
        ? `<path class="shape" d="M${px(x + 26)} ${px(y - 7)}h-26v14h26"/>`
        : `<rect class="shape" ${box} rx="3"/>`
  return pattern === undefined ? body : `${body}<rect ${box} fill="url(#hw-${pattern})"/>`
}
