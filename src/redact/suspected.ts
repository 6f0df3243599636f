/**
 * Secrets that nobody declared, by their looks: for texts that come from elsewhere. Only shapes that
 * ordinary words do not have, since what is hidden here is lost to the reader.
 */

export type Hidden = { line: number; kind: string }

const SHAPES: readonly (readonly [kind: string, form: RegExp])[] = [
  ['aws_key', /\b(?:AKIA|ASIA)[\dA-Z]{16}\b/g],
  [
    'token',
    /\b(?:gh[opsur]_|github_pat_|glpat-|npm_|sk_live_|sk_test_|rk_live_|pypi-)[\w-]{16,500}/g,
  ],
  ['token', /\bxox[abeprs]-[\w-]{10,500}/g],
  ['google_key', /\bAIza[\w-]{30,100}/g],
  ['jwt', /\beyJ[\w-]{8,4000}\.eyJ[\w-]{8,4000}(?:\.[\w-]{0,4000})?/g],
  // `bearer of bad news` is prose: a token has a digit and is long.
  ['token', /(?<=\bbearer[ \t]{1,3})(?=[\w.~+/-]{0,200}\d)[\w.~+/-]{16,4000}={0,2}/gi],
  [
    'token',
    /(?<=\bauthorization["'`]?[ \t]{0,3}[:=][ \t]{0,3}["'`]?(?:basic|token|apikey)[ \t]{1,3})(?![$<*[{%])[^\s"'`,;|)]{8,4000}/gi,
  ],
  [
    'aws_key',
    /(?<=secret_?(?:access_?)?key["'`]?[ \t]{0,3}[:=|][ \t]{0,3}["'`]?)[\dA-Za-z/+]{30,200}={0,2}/gi,
  ],
  ['password', /(?<=\b[a-z]{2,10}:\/\/[^\s/:@]{1,100}:)[^\s/@[\]]{1,200}(?=@)/gi],
  [
    'password',
    /(?<=(?:password|passwd|pwd|secret|token|api_?key)=["']?)(?![$<*[{%])[^\s"'`,;|)&]{4,500}/gi,
  ],
  // With a colon or in a table it may be prose: `password: reset by support`, `token: expired`.
  [
    'password',
    /(?<=(?:password|passwd|pwd|secret|token|api_?key)["'`*]{0,3}[ \t]{0,3}[:|][ \t]{0,3}["'`]?)(?=[^\s"'`]{0,100}\d)(?=[^\s"'`]{0,100}[A-Za-z])(?!\d{4}-\d\d|\d+\s?(?:h|m|s|ms|min|days?)\b|https?:|[$<*[{%])[^\s"'`,;|)&]{8,500}/gi,
  ],
]

/** As `[masked:suspected_KIND]`; the lines stay as many as they were. */
export const hideSuspected = (text: string): { text: string; hidden: Hidden[] } => {
  const hidden: Hidden[] = []
  const lines = text.split('\n').map((source, index) => {
    let line = source
    for (const [kind, form] of SHAPES) {
      line = line.replace(form, () => {
        hidden.push({ line: index + 1, kind })
        return mark(kind)
      })
    }
    return line
  })
  return { text: withoutKeys(lines, hidden).join('\n'), hidden }
}

const mark = (kind: string): string => `[masked:suspected_${kind}]`

const BEGIN = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/
const END = /-----END [A-Z ]{0,40}PRIVATE KEY-----/

/** Private keys go over many lines; one without an end goes to the next empty line. */
const withoutKeys = (lines: readonly string[], hidden: Hidden[]): string[] => {
  let inside = false
  return lines.map((line, index) => {
    if (!inside && BEGIN.test(line)) {
      hidden.push({ line: index + 1, kind: 'private_key' })
      inside = !END.test(line)
      return mark('private_key')
    }
    if (!inside) return line
    if (line.trim() === '') inside = false
    else if (END.test(line)) inside = false
    else return mark('private_key')
    return line.trim() === '' ? line : mark('private_key')
  })
}
