/** What a post-mortem cannot do without. */
import type { FrontMatter } from '../../front-matter/schema.ts'
import { headed } from '../examples.ts'
import type { Found } from '../finding.ts'
import type { LintDocument } from '../lint-document.ts'
import type { LintContext, LintRule } from '../rule.ts'
import { isAbout, isTimelineTitle } from '../section-kinds.ts'
import { datesIn } from '../../../markdown/dates.ts'
import { relativeTime } from '../../../markdown/leading-time.ts'
import { timesIn } from '../../../markdown/times.ts'
import { storiesOf } from '../story.ts'

/** A page with few sections is a note; what it lacks is not for lint to say. */
const isReport = ({ head, body }: LintDocument): boolean =>
  head !== undefined || body.sections.filter(({ level }) => level > 0).length >= 3

const isDrill = ({ head }: LintDocument, { record }: LintContext): boolean =>
  head?.drill === true || record?.state.drill === true

/** The mark that asks for it is a finding already. */
const isAsked = ({ asks }: LintDocument, id: string): boolean => asks.has(id)

/** What is looked for by words is looked for in English. */
const isEnglish = ({ pieces }: LintDocument): boolean =>
  pieces.some(({ kind, text }) => kind !== 'title' && /\b(?:the|was|were|and|is|to)\b/i.test(text))

const absent = ({ start }: LintDocument, message: string): Found[] => [
  { ...start, message, whole: true },
]

export const headInvalid: LintRule = {
  id: 'head-invalid',
  severity: 'error',
  reason:
    'What the head says is read by statistics, actions and publishing; none of them reads a head with errors.',
  suggestion:
    'correct it; an editor with the schema shows what is accepted: hotwash postmortem schema',
  good: headed(),
  bad: headed({ head: { detection_source: 'luck' } }),
  check: ({ headIssues }) =>
    headIssues.map(({ message, place, hint }) => ({
      line: place.line,
      column: place.column,
      message,
      ...(hint !== undefined && { suggestion: hint }),
    })),
}

export const noTimeline: LintRule = {
  id: 'no-timeline',
  severity: 'warning',
  reason: 'Without the order of events nobody can follow what was known when, or check a duration.',
  suggestion: 'tell the events with their times, each in a row, in one time zone',
  good: '# Logins failed\n\n## Impact\n\nLogins of 300 users failed.\n\n## Detection\n\nAn alert fired.\n\n## Timeline\n\n- 10:15 UTC the alert fires\n- 10:40 UTC the old key is put back',
  bad: '# Logins failed\n\n## Impact\n\nLogins of 300 users failed.\n\n## Detection\n\nAn alert fired.\n\n## Resolution\n\nThe old key was put back.',
  check: (document) => {
    if (!isReport(document) || NO_STORY.has(document.head?.template ?? '')) return []
    const rows = storiesOf(document).reduce(
      (all, { groups, moments }) => all + groups.flat().length + moments.length,
      0,
    )
    const linked = document.pieces.some(
      ({ raw, section }) => /\btimeline\b/i.test(raw + section.title) && /\]\(|https?:/.test(raw),
    )
    if (rows >= 2 || linked || hasTimelineSection(document)) return []
    const untimed = document.body.sections.find(({ title }) => isTimelineTitle(title))
    return untimed === undefined
      ? absent(document, 'there is no timeline')
      : [{ line: untimed.line, column: 1, message: 'the timeline has no times', whole: true }]
  },
}

/** Templates that tell what to do, and not what happened. */
const NO_STORY = new Set(['playbook', 'recovery', 'troubleshooting'])

/** By the day, or in a form that is no list: there is one all the same. */
const hasTimelineSection = ({ body, lines }: LintDocument): boolean => {
  const own = body.sections
    .filter((section) => isAbout(section, 'timeline'))
    .flatMap(({ line, endLine }) => lines.slice(line - 1, endLine))
  const text = own.join('\n').slice(0, 20_000)
  return (
    timesIn(text).length + datesIn(text).length >= 2 ||
    own.filter(isRelative).slice(0, 2).length > 1
  )
}

/** `T+0:15`, `| +3 min |` */
const isRelative = (line: string): boolean =>
  relativeTime(line.replace(/^\s*[-*+] /, '')) !== undefined ||
  /^[\s|*_-]{0,6}\+ ?\d{1,4} ?(?:s|m|h|secs?|mins?|hours?)\b/i.test(line)

const DETECTED =
  /\b(?:detect(?:ed|ion|s)?|discover(?:ed|s)|(?<!service[ -])discovery(?! of services?)|spotted|flagged|encountered|notif(?:ied|ies)|notic(?:ed|es?|ing)|alert(?:s|ed|ing)?|alarms?|paged|pages?d?|page[rd]|pagerduty|opsgenie|monitoring|pingdom|identified|reported|reports? (?:from|of|by|that|their|his|her|the|an?|it)\b|user report|complain\w*|tickets? (?:from|were|was)|informed|became aware|made aware|found (?:out )?(?:that|the)|realized|realised|observed|saw)\b/i

export const noDetection: LintRule = {
  id: 'no-detection',
  severity: 'warning',
  reason:
    'How it was noticed decides what to build: an alert that fired late, or one that never existed.',
  suggestion: 'say who or what noticed it first, and when; in the head: detection_source',
  good: '# Logins failed\n\n## Impact\n\nLogins of 300 users failed.\n\n## Timeline\n\n- 10:15 UTC an alert fires\n- 10:40 UTC the old key is put back\n\n## Resolution\n\nThe old key was put back.',
  bad: '# Logins failed\n\n## Impact\n\nLogins of 300 users failed.\n\n## Timeline\n\n- 10:15 UTC logins begin to fail\n- 10:40 UTC the old key is put back\n\n## Resolution\n\nThe old key was put back.',
  check: (document, context) => {
    if (!isReport(document) || isDrill(document, context)) return []
    const { head, pieces, placeOf } = document
    if (head !== undefined) {
      const said =
        (head.detection_source !== null && head.detection_source !== undefined) ||
        isAsked(document, 'detection')
      const message = 'detection_source does not say who or what noticed it'
      return said ? [] : [{ ...placeOf(['detection_source']), message }]
    }
    if (!isEnglish(document)) return []
    const said = pieces.some(({ text }) => DETECTED.test(text))
    return said ? [] : absent(document, 'it does not say how the incident was noticed')
  },
}

const HIT =
  /\b(?:users?|customers?|clients?|accounts?|requests?|errors?|sites?|services?|pods?|nodes?|jobs?|builds?|orders?|transactions?|logins?|emails?|messages?|events?|teams?|people|tenants?|organi[sz]ations?|orgs?|projects?|developers?|pull requests|tests?|hours?|minutes?|mins?|days?|gb|tb|rows?|records?|queries|traffic|hubs?|sessions?|launches)\b|%|\bpercent\b|[$€£]\s?\d/i
/** `all services`, `no customer`: a number without a digit. */
const ALL_HIT =
  /\b(?:all|every|any|no|most|several|many|some|few|two|three|half|hundreds|thousands|dozens) (?:of (?:the |our )?)?(?:[a-z-]+\s){0,3}(?:users?|customers?|clients?|requests|traffic|services?|sites?|nodes?|pods?|jobs?|builds?|launches|logins?|tests|deployments?|operations)\b/i
const NONE_HIT =
  /\b(?:no|none|nobody|negligible|n\/a)\b|\b(?:all|every|any|most|many|some|few|several|thousands|hundreds)\b/i

export const noImpact: LintRule = {
  id: 'no-impact-numbers',
  severity: 'warning',
  reason:
    'Without a number nobody can tell a big incident from a small one, or whether the next is smaller.',
  suggestion:
    'say how many were hit, for how long, or that it is unknown and why; in the head: impact',
  good: '# Logins failed\n\n## Impact\n\nLogins of 300 users failed.\n\n## Timeline\n\n- 10:15 UTC an alert fires\n- 10:40 UTC the old key is put back\n\n## Resolution\n\nThe old key was put back.',
  bad: '# Logins failed\n\n## Impact\n\nLogging in was not possible.\n\n## Timeline\n\n- 10:15 UTC an alert fires\n- 10:40 UTC the old key is put back\n\n## Resolution\n\nThe old key was put back.',
  check: (document, context) => {
    if (!isReport(document) || isDrill(document, context)) return []
    const { head, placeOf } = document
    if (head !== undefined) {
      if (hasNumbers(head.impact) || isAsked(document, 'impact')) return []
      return [
        {
          ...placeOf(['impact']),
          message: 'impact has no numbers, and does not say that they are unknown',
        },
      ]
    }
    return !isEnglish(document) || documentSaysNumbers(document)
      ? []
      : absent(document, 'no number says how big the impact was')
  },
}

const hasNumbers = (impact: FrontMatter['impact']): boolean =>
  impact !== null &&
  impact !== undefined &&
  ('unknown' in impact || Object.keys(impact.numbers).length > 0)

/** `220 builds were delayed` */
const COUNTED_HARM =
  /\d[\d,.]*k? (?:[\w-]+ ){0,2}[a-z-]+s\b[^.\n]{0,40}?\b(?:delayed|failed|lost|affected|waited|late|down|unavailable|unreachable|twice|impacted|timed out|missed|dropped|rejected|could not|were not|refused)\b/i

/** In what is said of the impact any number of things counts: `23 validators`; a date is none. */
const SOMETHING = /(?<![\w.:/-])\d[\d,.]*k? (?:[\w-]+ ){0,2}[a-z-]{3,}s\b/
/** `a 10 minute gap`, `resolved in 2 hours`, `only two instances`, and not `only one engineer` */
const LENGTH =
  /\b\d+[ -](?:minutes?|mins?|hours?|days?)[ -](?:gap|outage|stall|downtime|delay|interruption)\b|\b(?:resolved|restored|fixed|recovered|down|unavailable|offline) (?:in|within|after|for) (?:about |around |approximately |~)?\d+ (?:minutes?|hours?|days?)\b|\bonly (?:one|two|three|four|five|six|\d+) (?!(?:engineer|person|people|operator|admin|developer|member|maintainer|day|time|copy|key)s?\b)[a-z]+s?\b/i

const withoutDates = (text: string): string =>
  datesIn(text, { day: '2000-01-01' }).reduceRight(
    (rest, date) => `${rest.slice(0, date.index)}.${rest.slice(date.index + date.text.length)}`,
    text,
  )

/** `| Users affected | 1,900 |` */
const hasLabelledNumber = (cells: LintDocument['cells']): boolean =>
  [...cells.values()].some(
    ([label, value]) =>
      label !== undefined &&
      /\b(?:users|customers|affected|impacted|impact|requests|errors|duration|downtime|missed|lost)\b/i.test(
        label.text,
      ) &&
      /\d/.test(value?.text ?? ''),
  )

const documentSaysNumbers = ({ pieces, cells }: LintDocument): boolean => {
  const about = pieces.filter(
    ({ section, text }) => isAbout(section, 'impact') || /\b(?:impact|affected)\b/i.test(text),
  )
  const own = about.some(
    ({ kind, text, section }) =>
      (/\d/.test(text) &&
        (HIT.test(text) ||
          SOMETHING.test(withoutDates(text)) ||
          (kind === 'cell' && isAbout(section, 'impact')))) ||
      NONE_HIT.test(text),
  )
  return (
    own ||
    pieces.some(({ text }) => COUNTED_HARM.test(text) || LENGTH.test(text)) ||
    hasLabelledNumber(cells) ||
    pieces.some(({ text }) => ALL_HIT.test(text)) ||
    pieces.some(({ text }) =>
      /\d[\d,.]*k? (?:\w+ )?(?:users|customers|requests|people|accounts)\b|\d ?%/i.test(text),
    )
  )
}
