/** The picture in words: a row for each phase and each numbered mark, in the order of time. */
import { durationInWords, momentInWords } from '../../incident/duration.ts'
import { clip } from '../../incident/visible.ts'
import { letterOf } from './draw-phases.ts'
import type { Layout } from './layout.ts'
import { tookMs } from './mark.ts'
import type { TimelineModel } from './model.ts'
import type { PlacedMark } from './place-lane.ts'

const MAX_LANE = 30

/** No., time, lane, what, outcome, took. */
export const tableOf = (model: TimelineModel, { lanes }: Layout): string[][] => {
  const phases = model.phases.map(({ name, says, start, took }, index) => [
    letterOf(index),
    `${start.about ? 'about ' : ''}${timeOf(start.at)}`,
    'phase',
    `${name}: ${says}`,
    took === undefined ? 'not ended' : '',
    took ?? '',
  ])
  const marks = lanes
    .flatMap(({ name, placed }) => placed.map((mark) => ({ mark, lane: name })))
    .sort((a, b) => a.mark.n - b.mark.n)
  const remarks = model.remarks.map((remark) => ['', '', 'phase', remark, '', ''])
  return [...phases, ...remarks, ...marks.map(({ mark, lane }) => rowOf(mark, lane))]
}

const rowOf = (mark: PlacedMark, lane: string): string[] => [
  String(mark.n),
  `${mark.about === true ? 'about ' : ''}${timeOf(mark.from)}${mark.last === undefined ? '' : ` to ${timeOf(mark.last)}`}`,
  clip(lane, MAX_LANE),
  mark.says,
  mark.outcome ?? '',
  tookMs(mark) > 0 ? durationInWords(tookMs(mark)) : '',
]

const timeOf = (at: number): string => momentInWords(new Date(at).toISOString()).replace(' UTC', '')
