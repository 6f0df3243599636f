/** What in a text of a machine, or beside one, surely is a name. */
import { LEAK_PATTERNS, type LeakKind } from './leak-patterns.ts'

/** Kinds whose matches are told by their looks wherever they stand, so that no list of them is needed. */
const NOT_KEPT: ReadonlySet<LeakKind> = new Set(['citation', 'secret', 'phone'])

/** `web2`, `db-primary-01`: letters with a number, as hosts are called. */
const NUMBERED = /(?<![\w./@:-])[a-z][a-z-]*[a-z-]\d+(?:-[a-z\d]+)*(?![\w@:-])/gi
/** Of versions, formats and measures. */
const NO_HOST =
  /^(?:v|p|rc|http|ipv|utf|sha|md|base|tls|ssl|es|oauth|h|s|x|int|uint|float|sev|step|round|port|exit|code|line|column|attempt|page|part|day|week|phase|layer|level|tier|top|log|q)-?\d+$/i

export const clearNames = (text: string): [LeakKind, string][] => [
  ...LEAK_PATTERNS.filter(({ kind }) => !NOT_KEPT.has(kind)).flatMap(({ kind, pattern, holds }) =>
    matches(text, pattern)
      .filter((match) => holds?.(match) ?? true)
      .flatMap((match) => [
        [kind, trimmed(match)] as [LeakKind, string],
        ...(kind === 'host' ? shortName(trimmed(match).replace(/:\d+$/, '')) : []),
      ]),
  ),
  ...matches(text, NUMBERED)
    .filter((match) => !NO_HOST.test(match))
    .map((match): [LeakKind, string] => ['host', match]),
  ...matches(text, /\b[a-z][a-z\d+.-]{1,15}:\/\/[^\s<>"')\]|]+/gi).flatMap(partsOfUrl),
  ...matches(text, /\bon ([^\s,]+), (?:read-only|in a transaction)/g, 1).flatMap(partsOfLabel),
]

/** Words joined by anything: every name in a command, an argument, a value. */
export const joinedNames = (text: string): [LeakKind, string][] =>
  matches(text, /(?<![\p{L}\d])[\p{L}\d]+(?:[-_.:/@=]+[\p{L}\d]+)+/gu).flatMap((match) => [
    ['internal name', match],
    ...match
      .split(/[/=@]|:(?=\d)/)
      .filter((part) => /[-_.\d]/.test(part) && part.length >= 4)
      .map((part): [LeakKind, string] => ['internal name', part]),
  ])

const matches = (text: string, pattern: RegExp, group = 0): string[] =>
  Array.from(text.matchAll(pattern), (match) => match[group] ?? '')

const trimmed = (match: string): string => match.replace(/[.,;:!?]+$/, '')

/** `postgres://app:…@db-1.internal:5432/logins`: the host, and the database. */
const partsOfUrl = (url: string): [LeakKind, string][] => {
  if (!URL.canParse(url)) return []
  const { hostname, pathname, protocol, username } = new URL(url)
  const isWeb = /^(?:https?|wss?|file):$/.test(protocol)
  return [
    ['host', hostname],
    ...shortName(hostname),
    ...(username === '' ? [] : [['internal name', username] as [LeakKind, string]]),
    ...(isWeb ? [] : pathname.split('/').map((part): [LeakKind, string] => ['database', part])),
  ]
}

/** `db-1` of `db-1.internal`, as people call it; `login` of `login.example.test` is a word. */
const shortName = (hostname: string): [LeakKind, string][] => {
  const [first = '', ...rest] = hostname.split('.')
  return rest.length > 0 && /[-\d]/.test(first) && !/^[\d.]+$/.test(hostname)
    ? [['host', first]]
    : []
}

/** `db-1:5432/logins` as databases are called. */
const partsOfLabel = (label: string): [LeakKind, string][] => {
  const [host = '', ...path] = label.split('/')
  return [
    ['database', label],
    ['host', host.replace(/:\d+$/, '')],
    ...shortName(host.replace(/:\d+$/, '')),
    ...path.map((part): [LeakKind, string] => ['database', part]),
  ]
}
