/** A post-mortem that was written elsewhere, read into what a record can hold. Never throws. */
import { datesIn } from '../markdown/dates.ts'
import { readDocument, type Document } from '../markdown/document.ts'
import { repairMojibake, type Mojibake } from '../markdown/mojibake.ts'
import { dayOfDocument, zoneOfDocument } from '../markdown/stated.ts'
import { timelineIn, type TimelineEntry, type Unplaced } from '../markdown/timeline.ts'
import { asMarkdown } from './foreign-markup.ts'
import { fieldsOf, labelOf, type Field } from './fields.ts'
import { foreignHead, type ForeignHead } from './foreign-head.ts'
import { dayOfMoments, statedMoments, type StatedMoments } from './moments.ts'
import { peopleIn, type People } from './people.ts'
import { plain } from './plain.ts'
import { titleOf } from './title.ts'
import { undecidedDay, type UndecidedDay } from './undecided-day.ts'

export type ReportSource = {
  text: string
  /** As the user named it. */
  file: string
  /** Where the text is a part of a file: the line on which it begins. */
  firstLine?: number | undefined
  /** Hold where the document says none, or a day that may be this one. */
  day?: string | undefined
  zone?: string | undefined
}

export type ReadReport = {
  /** Lines ended by \n, mojibake repaired: what the draft holds. */
  text: string
  document: Document
  head: ForeignHead | undefined
  title: string
  severity: string | undefined
  /** The day the document is about. */
  day: string | undefined
  zone: string | undefined
  moments: StatedMoments
  rows: TimelineEntry[]
  unplaced: Unplaced[]
  /** A date without which nothing can be placed, and that may be two days. */
  undecided: UndecidedDay | undefined
  people: People
  mojibake: Pick<Mojibake, 'repaired' | 'suspicious'>
}

export const readReport = ({ text, file, firstLine = 1, day, zone }: ReportSource): ReadReport => {
  const mojibake = repairMojibake(text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n'))
  const head = firstLine === 1 ? foreignHead(mojibake.text) : undefined
  const document = readDocument(asMarkdown(head?.body ?? mojibake.text), {
    firstLine: head?.bodyLine ?? firstLine,
  })
  const ofHead = head?.values.get('date') ?? ''
  const fields = [...fieldsOfHead(head), ...fieldsOf(document)]
  const stated =
    datesIn(ofHead)[0]?.day ??
    dayOfDocument(document) ??
    dayOfFile(file) ??
    dayOfMoments(fields) ??
    day
  const inZone = zoneOfDocument(document) ?? zone
  const known = {
    ...(stated && { day: stated }),
    ...(inZone && { zone: inZone }),
    ...(day && { meant: day }),
    ...(zone && { reader: zone }),
  }
  const timeline = timelineIn(document, known)
  // A timeline that names its zone in each row has said it for the fields, too.
  const zones = new Set(timeline.rows.map((row) => row.zone))
  const [only] = zones.size === 1 ? zones : []
  const used = { ...known, ...(only !== undefined && { zone: inZone ?? only }) }
  const found = stated ?? timeline.rows.find((row) => row.day !== undefined)?.day
  const shift = firstLine - 1
  const moments = statedMoments(fields, timeline.rows, used)
  return {
    text: mojibake.text,
    document,
    head,
    title: head?.values.get('title') ?? titleOf(document, file),
    severity: severityOf(fields, document),
    day: found,
    zone: used.zone,
    moments,
    rows: timeline.rows.filter((row) => !isMoment(row, moments)),
    unplaced: timeline.unplaced,
    people: peopleIn(document),
    undecided: undecidedDay(mojibake.text, { day: found, ...timeline }, { firstLine, meant: day }),
    mojibake: {
      repaired: mojibake.repaired.map((each) => ({ ...each, line: each.line + shift })),
      suspicious: mojibake.suspicious.map((each) => ({ ...each, line: each.line + shift })),
    },
  }
}

/** `Resolved: 2026-03-02 16:19` is an event of its own: a note beside it would say it twice. */
const isMoment = ({ line, text }: TimelineEntry, moments: StatedMoments): boolean =>
  plain(text).split(' ').length <= 3 &&
  Object.values(moments).some((moment) => moment.line === line)

/** `2026-03-02-login-outage.md` */
const dayOfFile = (file: string): string | undefined => {
  const name = file.split('/').at(-1) ?? ''
  const date = /^(\d{4}-\d\d-\d\d)(?!\d)/.exec(name)?.[1]
  return date === undefined ? undefined : datesIn(`${date} `)[0]?.day
}

const fieldsOfHead = (head: ForeignHead | undefined): Field[] =>
  [...(head?.values ?? [])].map(([key, value]) => ({ label: labelOf(key), value, line: 1 }))

const SEVERITY = /^(?:incident )?(?:severity|sev|priority|severity level|incident level)$/

const severityOf = (fields: readonly Field[], document: Document): string | undefined => {
  const field = fields.find(({ label }) => SEVERITY.test(label))
  const said =
    field === undefined
      ? ''
      : plain(field.value)
          .replace(/[.,;].*$/, '')
          .trim()
  if (said !== '' && said.length <= 40 && !/^(?:tbd|n\/a|\?+|-)$/i.test(said)) return said
  const title = document.sections.find(({ level }) => level === 1)?.title ?? ''
  return /\bSEV[- ]?[0-5]\b/i.exec(title)?.[0]
}
