/** What an import did, for the screen and as JSON: above all what found no place. */
import type { HotwashError } from '../../errors.ts'
import { counted } from '../../incident/counted.ts'
import { momentInWords } from '../../incident/duration.ts'
import { visibleLine } from '../../incident/visible.ts'
import { STATED } from '../../import/moments.ts'
import { plain } from '../../import/plain.ts'
import type { Imported, ImportResult } from './import-postmortem.ts'

const WIDTH = 100

export const importLines = (result: ImportResult, dryRun: boolean): string[] => [
  ...result.incidents.flatMap((imported, index) => [
    ...(index === 0 ? [] : ['']),
    ...linesOf(imported, dryRun),
  ]),
  ...result.left.map(
    ({ file, lines }) =>
      `not imported: ${file}, lines ${lines.from} to ${lines.to}: between incidents`,
  ),
  ...(result.refused === undefined ? [] : refusedLines(result.refused)),
]

const refusedLines = ({ message, hint }: HotwashError): string[] => [
  `would be refused: ${message}`,
  ...(hint === undefined ? [] : [`hint: ${hint}`]),
]

const linesOf = (imported: Imported, dryRun: boolean): string[] => {
  const { file, incident, title, severity, already, read, path, branch } = imported
  if (already !== undefined)
    return [`${file}: the same text is incident ${already} already; nothing was added`]
  const head = dryRun
    ? [`${file}: would be imported as "${visibleLine(title)}", severity ${visibleLine(severity)}`]
    : [`${file}: imported as ${incident}, severity ${visibleLine(severity)}: ${visibleLine(title)}`]
  return [
    ...head,
    `  day: ${read.day ?? 'not stated'}; time zone: ${read.zone ?? 'not stated'}`,
    ...momentLines(imported),
    ...(dryRun
      ? rowLines(imported)
      : [`  timeline: ${counted(read.rows.length, 'row')} taken over`]),
    ...unplacedLines(imported),
    `  head of the report: ${peopleOf(imported).join(', ') || 'nothing found for it'}`,
    ...mojibakeLines(imported),
    ...(dryRun || path === undefined
      ? []
      : [
          `  draft: ${path}${branch === null ? '' : ` on branch ${branch}`}`,
          `  next: hotwash postmortem edit ${incident}`,
        ]),
  ]
}

const shortened = (text: string): string => {
  const line = visibleLine(plain(text))
  return line.length <= WIDTH ? line : `${line.slice(0, WIDTH - 1)}…`
}

const momentLines = ({ read }: Imported): string[] => {
  const known = STATED.flatMap((name) => {
    const moment = read.moments[name]
    if (moment === undefined) return []
    const at = momentInWords(new Date(moment.at).toISOString(), moment.precision)
    return [`  ${name.replace('_', ' ')}: ${at} (line ${moment.line})`]
  })
  const missing = STATED.filter((name) => read.moments[name] === undefined)
  const names = missing.map((name) => name.replace('_', ' ')).join(', ')
  return [...known, ...(missing.length === 0 ? [] : [`  not stated: ${names}`])]
}

const rowLines = ({ read }: Imported): string[] =>
  read.rows.map(({ line, at, day, zone, precision, text, actor }) => {
    const when = new Date(at).toISOString()
    const known =
      day === undefined ? `${when.slice(11, 16)} (of which day?)` : momentInWords(when, precision)
    const inZone = zone === undefined ? ' (in which time zone?)' : ''
    return `  line ${line}: ${known}${inZone}  ${actor === undefined ? '' : `${visibleLine(actor)}: `}${shortened(text)}`
  })

const unplacedLines = ({ read }: Imported): string[] => [
  ...read.unplaced.map(
    ({ line, why, text }) => `  not placed: line ${line}: ${why}: ${shortened(text)}`,
  ),
  ...(read.unplaced.some(({ why }) => why.endsWith('several time zones'))
    ? ['  which of the time zones is meant, --zone says: --zone Europe/London']
    : []),
]

const peopleOf = ({ read }: Imported): string[] =>
  Object.entries(read.people).map(([field, value]: [string, unknown]) =>
    Array.isArray(value) ? `${field} (${value.length})` : field,
  )

const mojibakeLines = ({ read }: Imported): string[] => [
  ...read.mojibake.repaired.map(
    ({ line, from, to }) => `  repaired: line ${line}: ${visibleLine(from)} is ${visibleLine(to)}`,
  ),
  ...read.mojibake.suspicious.map(
    ({ line, text }) => `  look at: line ${line}: letters may be broken: ${visibleLine(text)}`,
  ),
]

export const importJson = ({ incidents, left }: ImportResult): Record<string, unknown> => ({
  incidents: incidents.map(
    ({ file, lines, incident, already, title, severity, path, branch, read }) => ({
      file,
      lines,
      incident: incident ?? null,
      already: already !== undefined,
      title,
      severity,
      day: read.day ?? null,
      zone: read.zone ?? null,
      path: path ?? null,
      branch,
      moments: Object.fromEntries(
        Object.entries(read.moments).map(([name, { at, precision, line }]) => [
          name,
          { at: new Date(at).toISOString(), precision, line },
        ]),
      ),
      rows: read.rows.map(({ at, day, zone, precision, text, actor, line }) => ({
        // Without a day or a zone it is not known when this was.
        at: day === undefined || zone === undefined ? null : new Date(at).toISOString(),
        precision,
        text,
        actor: actor ?? null,
        line,
      })),
      unplaced: read.unplaced,
      people: Object.keys(read.people),
      repaired: read.mojibake.repaired,
      suspicious: read.mojibake.suspicious,
    }),
  ),
  left,
})
