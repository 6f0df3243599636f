/** What the shapes and patterns mean; only those that the picture has. */
import { SMALL } from './draw-axis.ts'
import { BARS, drawSymbol, styleOf } from './draw-mark.ts'
import type { Mark, Outcome, Shape } from './mark.ts'
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

const OUTCOMES: readonly Outcome[] = ['failed', 'unknown', 'not ended', 'skipped']
const LINE = 24

type Entry = { mark: Pick<Mark, 'shape' | 'outcome'>; name: string }

type Room = { y: number; left: number; right: number }

export const legendOf = (
  marks: readonly PlacedMark[],
  { y, left, right }: Room,
): { svg: string; bottom: number } => {
  const shapes = new Set(marks.map(({ shape }) => shape))
  const entries: Entry[] = (Object.keys(NAMES) as Shape[])
    .filter((shape) => shapes.has(shape))
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
  let x = left
  let line = 0
  const drawn = entries.map(({ mark, name }) => {
    const width = 32 + textWidth(name, { size: SMALL }) + 18
    if (x > left && x + width > right) {
      x = left
      line += 1
    }
    const at = y + line * LINE + LINE / 2
    const shape = drawSymbol(mark, { x: x + 13, y: at, width: 26 })
    const text = `<text class="small" x="${px(x + 32)}" y="${px(at + 4)}">${name}</text>`
    x += width
    return `<g class="${styleOf(mark)}">${shape}${text}</g>`
  })
  return { svg: drawn.join(''), bottom: y + (line + 1) * LINE }
}
