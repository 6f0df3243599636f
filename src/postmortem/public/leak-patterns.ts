/**
 * What is internal by its looks, of whatever incident. Each pattern is looked for in the folded text,
 * with upper and lower case as written.
 */
import { isIPv4, isIPv6 } from 'node:net'

export type LeakKind =
  | 'address'
  | 'branch'
  | 'channel'
  | 'citation'
  | 'commit'
  | 'database'
  | 'denied'
  | 'e-mail'
  | 'environment'
  | 'file'
  | 'handle'
  | 'host'
  | 'incident'
  | 'input'
  | 'internal name'
  | 'path'
  | 'person'
  | 'phone'
  | 'runbook'
  | 'secret'
  | 'setting'
  | 'step'
  | 'ticket'
  | 'url'

export type LeakPattern = {
  kind: LeakKind
  pattern: RegExp
  /** Whether a match is meant. */
  holds?: (match: string) => boolean
}

const TOP_LEVEL =
  'com|net|org|io|dev|cloud|app|ai|co|eu|info|biz|de|uk|us|ch|fr|nl|se|no|dk|fi|it|es|pl|at|be|cz|jp|au|ca|br'
const INTERNAL_TOP =
  'internal|local|lan|corp|intra|intranet|private|home|localdomain|localhost|svc|cluster|consul|test|example|invalid|arpa'
const FILE_ENDING =
  'ya?ml|json|env|conf|cfg|ini|toml|sql|log|sh|py|js|ts|rb|go|java|kt|cs|php|pem|key|crt|service|tf|db|sqlite3?|csv|bak|dump'

/** With a number, machines are called like that everywhere. */
const HOST_WORDS =
  'db|web|app|api|node|host|srv|server|vm|redis|pg|postgres|mysql|mongo|cache|lb|proxy|worker|master|replica|primary|kafka|queue|mq|bastion|gw|gateway|edge|router|storage|nas|k8s'

/** Standards and scales that look like tickets. */
const NO_TICKET = new Set(
  'AES CVE COVID DIN EN GPT HTTP IEC IEEE IPV ISO MD P PCI Q RFC RSA SEV SHA SOC SSL TLS UTC UTF'.split(
    ' ',
  ),
)
const NO_FILE = new Set(['node.js', 'next.js', 'vue.js', 'asp.net'])

export const LEAK_PATTERNS: readonly LeakPattern[] = [
  ...secretPatterns(),
  { kind: 'e-mail', pattern: /(?<![\p{L}\d._%+-])[\p{L}\d._%+-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)+/gu },
  { kind: 'url', pattern: /\b[a-z][a-z\d+.-]{1,15}:\/\/[^\s<>"')\]|]+|\bmailto:\S+/gi },
  { kind: 'handle', pattern: /(?<![\w.@/])@[a-z][\w-]{1,38}/gi },
  { kind: 'channel', pattern: /(?<![\w&/#])#[a-z][\w-]{2,}/gi },
  {
    kind: 'address',
    pattern: /(?<![\d.])(?:\d{1,3}(?:\.| \. )){3}\d{1,3}(?!\.?\d)/g,
    holds: (match) => isIPv4(match.replace(/ |\b0+(?=\d)/g, '')),
  },
  {
    kind: 'address',
    pattern: /(?<![\w:])[\da-f]{0,4}(?::[\da-f]{0,4}){2,7}(?![\w:])/gi,
    holds: (match) => isIPv6(match) && /[\da-f]/i.test(match),
  },
  { kind: 'address', pattern: /(?<![\w:-])[\da-f]{2}(?:[:-][\da-f]{2}){5}(?![\w:-])/gi },
  { kind: 'address', pattern: /\bip-\d{1,3}(?:-\d{1,3}){3}\b/gi },
  {
    kind: 'host',
    pattern: new RegExp(
      `(?<![\\w@.-])\\.*(?:[\\w-]+\\.)+(?:${INTERNAL_TOP}|${TOP_LEVEL})(?![\\w-])`,
      'gi',
    ),
    holds: (match) => !NO_FILE.has(match.toLowerCase()),
  },
  { kind: 'host', pattern: /\blocalhost\b/gi },
  {
    kind: 'host',
    pattern: new RegExp(`(?<![\\w-])(?:${HOST_WORDS})(?:-[a-z]+){0,3}-?\\d{1,4}(?![\\w-])`, 'gi'),
  },
  { kind: 'host', pattern: /(?<![\w.-])(?=[\w.-]*[a-z])[\w-][\w.-]*:\d{2,5}(?![\w:])/gi },
  { kind: 'host', pattern: /(?<![\w-])[a-z][a-z\d-]*-[a-f\d]{8,10}-[a-z\d]{5}\b/g },
  { kind: 'host', pattern: /\b(?:i|vol|subnet|sg|vpc|ami|eni)-[\da-f]{8,17}\b/g },
  { kind: 'internal name', pattern: /\barn:aws[\w-]*:\S+/g },
  {
    kind: 'branch',
    pattern:
      /(?<![\w/])(?:feature|feat|fix|hotfix|bugfix|release|incident|hotwash|origin|refs)\/[\w./-]*\w/gi,
  },
  { kind: 'path', pattern: /(?<![\w/.:~])~?(?:\/[\w.@+-]+){2,}\/?/g },
  { kind: 'path', pattern: /(?<![\w/])(?:~|\.{1,2})\/[\w.-]+/g },
  { kind: 'path', pattern: /(?<!\w)[a-z]:\\[^\s"]+|\\\\[\w.-]+\\[^\s"]+/gi },
  {
    kind: 'file',
    pattern: new RegExp(`(?<![\\w/.-])[\\w-]+(?:/[\\w.-]+)+\\.[a-z\\d]{1,5}\\b`, 'gi'),
  },
  {
    kind: 'file',
    pattern: new RegExp(`(?<![\\w/.-])[\\w.-]*\\.(?:${FILE_ENDING})(?![\\w-])`, 'gi'),
    holds: (match) => !NO_FILE.has(match.toLowerCase()),
  },
  {
    kind: 'ticket',
    pattern: /(?<![\w-])[A-Z][A-Z\d]{0,9}-\d{1,7}(?![\w-])/g,
    holds: (match) => !NO_TICKET.has(match.replace(/-.*/, '')),
  },
  { kind: 'ticket', pattern: /(?<![\w&#/])(?:#\d+|[!]\d{2,})(?!\w)/g },
  {
    kind: 'commit',
    pattern: /(?<![\w-])(?=[\da-f]*\d)(?=[\da-f]*[a-f])[\da-f]{7,64}(?![\w-])/gi,
  },
  { kind: 'internal name', pattern: /(?<!\w)[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?!\w)/gi },
  { kind: 'setting', pattern: /(?<!\w)[a-z\d]+(?:_[a-z\d]+)+(?!\w)/gi },
  { kind: 'phone', pattern: /(?<![\w+])\+\d[\d ()/-]{7,}\d/g },
  { kind: 'citation', pattern: /\[?\^e\d+[a-z]?\]?/g },
]

function secretPatterns(): LeakPattern[] {
  const patterns = [
    /\b(?:AKIA|ASIA)[\dA-Z]{16}\b/g,
    /\b(?:gh[opsur]|github_pat|glpat|npm|sk_live|sk_test|rk_live)[_-][\w-]{16,}/g,
    /\bxox[abeprs]-[\w-]{10,}/g,
    /\bAIza[\w-]{30,}/g,
    /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}/g,
    /-{4,5} ?BEGIN [A-Z ]+/g,
    /(?<!\w)(?:password|passwd|pwd|secret|token|api[_ -]?key)\s*[:=]\s*\S+/gi,
    /\[?masked:[\w.:@-]+\]?/g,
    /:\/\/[^\s/:@]+:[^\s/@]+@/g,
  ]
  const random: LeakPattern = {
    kind: 'secret',
    pattern: /(?<![\w+/=-])[\w+/=-]{24,}(?![\w+/=-])/g,
    holds: (match) => [/\d/, /[a-z]/, /[A-Z]/].every((kind) => kind.test(match)),
  }
  return [...patterns.map((pattern): LeakPattern => ({ kind: 'secret', pattern })), random]
}
