/** What `search` found as people read it, and as `--json` has it. */
import { counted } from '../../incident/counted.ts'
import { clip, visibleLine } from '../../incident/visible.ts'
import type { Hit } from '../../catalog/search.ts'
import type { Found, FoundIncident } from './search-records.ts'

/** How a word that was looked for is told apart: `«pool»`, or bold at a terminal. */
export type Marks = readonly [before: string, after: string]

export const QUOTES: Marks = ['«', '»']
export const BOLD: Marks = ['\u001B[1m', '\u001B[22m']

export const searchJson = ({ incidents, matches, of }: Found) => ({
  incidents: incidents.map(({ incident, title, hits }) => ({
    incident,
    title,
    hits: hits.map((hit) => ({
      in: hit.passage.in,
      ...(typeof hit.at === 'number' ? { line: hit.at } : { event: hit.at }),
      excerpt: marked(hit, QUOTES),
    })),
  })),
  matches,
  of,
})

export function searchLines({ incidents, matches, of }: Found, marks: Marks): string[] {
  if (of === 0) return ['no incidents here yet to search']
  if (matches === 0)
    return [`nothing found in ${of === 1 ? 'the one incident' : `${of} incidents`}`]
  const more = matches - incidents.length
  return [
    ...incidents.flatMap((found) => linesOf(found, marks)),
    ...(more > 0 ? [`and ${counted(more, 'more incident')}: -n ${matches}`] : []),
  ]
}

const linesOf = ({ incident, title, hits }: FoundIncident, marks: Marks): string[] => [
  incident,
  ...(hits.some(({ passage }) => passage.in === 'title')
    ? []
    : [`  ${clip(visibleLine(title), 100)}`]),
  ...hits.map((hit) => `  ${placeOf(hit)}: ${marked(hit, marks)}`),
]

const placeOf = ({ passage, at }: Hit): string =>
  passage.in === 'report' ? `report line ${at}` : `${passage.in} ${at}`

/** What is between the marks and beside them is made visible; the marks themselves are ours. */
function marked({ excerpt, marks }: Hit, [before, after]: Marks): string {
  const parts: string[] = []
  let at = 0
  for (const [from, to] of marks) {
    parts.push(shown(excerpt.slice(at, from)), before, shown(excerpt.slice(from, to)), after)
    at = to
  }
  parts.push(shown(excerpt.slice(at)))
  return parts.join('').trim()
}

/** `visibleLine`, with the blanks at its ends: they part the words. */
const shown = (text: string): string => {
  const start = /^\s/.test(text) ? ' ' : ''
  const end = /\S\s+$/.test(text) ? ' ' : ''
  return `${start}${visibleLine(text)}${end}`
}
