/**
 * Every way in which a secret is commonly written by programs that print it. Pure.
 * Not listed, because the matcher looks at text without line breaks and ANSI codes (squeeze.ts):
 * wrapped base64, folded or indented lines, CRLF.
 */

/** Shorter lines of a secret of several lines are masked only together with the others. */
const LONE_LINE_BYTES = 16
const MOST_WORDS = 20
const ARMOR = /^-----(BEGIN|END) [A-Z0-9 ]+-----$/

export function formsOf(secret: string): string[] {
  // What `$(cat file)`, `read` and most programs do to a secret that was stored with a newline.
  const trimmed = secret.trim()
  const values = trimmed === secret || trimmed === '' ? [secret] : [secret, trimmed]
  const forms = new Set(values.flatMap(formsOfValue))
  forms.delete('')
  return [...forms]
}

function formsOfValue(value: string): string[] {
  return [
    value,
    ...urlForms(value),
    ...jsonForms(value),
    ...htmlForms(value),
    ...quotedForms(value),
    ...byteForms(value),
    ...base64Forms(value),
    ...lineForms(value),
    ...wrappedForms(value),
  ]
}

const bothCases = (hex: string) => [hex.toLowerCase(), hex.toUpperCase()]

function urlForms(value: string): string[] {
  // A lone surrogate has no UTF-8 form, and encodeURIComponent throws for it.
  const component = encodeURIComponent(value.toWellFormed())
  const strict = component.replace(/[!'()*]/g, percent)
  const everyByte = [...Buffer.from(value)].map((byte) => `%${hexByte(byte)}`).join('')
  // In a path, as Python and Ruby quote by default.
  const path = strict.replaceAll('%2F', '/')
  const twice = encodeURIComponent(component)
  return [component, strict, path, encodeURI(value.toWellFormed()), everyByte, twice]
    .flatMap((form) => [form, form.replaceAll('%20', '+')])
    .flatMap((form) => [form, form.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())])
}

const hexByte = (byte: number) => byte.toString(16).toUpperCase().padStart(2, '0')
const percent = (character: string) => `%${hexByte(character.charCodeAt(0))}`

function jsonForms(value: string): string[] {
  return [...new Set([value, ...jsonOnce(value)])].flatMap((form) => [...jsonOnce(form)])
}

function jsonOnce(value: string): Set<string> {
  const usual = JSON.stringify(value).slice(1, -1)
  // Go and Rails escape what is special in HTML, PHP the slash, Python what is not ASCII.
  const html = usual.replace(/[<>&\u2028\u2029]/g, unicodeEscape)
  const slash = usual.replaceAll('/', '\\/')
  const ascii = usual.replace(/[\u007f-\uffff]/g, unicodeEscape)
  const upper = ascii.replace(/\\u[0-9a-f]{4}/g, (code) => `\\u${code.slice(2).toUpperCase()}`)
  return new Set([usual, html, slash, ascii, upper])
}

const unicodeEscape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Quotation marks are where the escapers differ. */
const QUOTES = [
  { '"': '&quot;', "'": '&#39;' },
  { '"': '&quot;', "'": '&#x27;' },
  { '"': '&quot;', "'": '&apos;' },
  { '"': '&quot;', "'": "'" },
  { '"': '&#34;', "'": '&#39;' },
  { '"': '&#x22;', "'": '&#x27;' },
  { '"': '"', "'": "'" },
]

function htmlForms(value: string): string[] {
  const base = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const all = QUOTES.map((quotes) => base.replaceAll('"', quotes['"']).replaceAll("'", quotes["'"]))
  // Handlebars escapes these as well.
  return [...all, (all[1] ?? '').replaceAll('`', '&#x60;').replaceAll('=', '&#x3D;')]
}

function quotedForms(value: string): string[] {
  const ansi = value
    .replace(/[\\']/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
  return [
    value.replaceAll("'", "'\\''"),
    value.replaceAll("'", `'"'"'`),
    value.replace(/[\\"$`]/g, '\\$&'),
    value.replace(/[\\"$`!]/g, '\\$&'),
    // printf %q and set -x.
    value.replace(/[\s"'\\|&;()<>!{}*[\]?^$`,]/g, (c) => (c === '\n' ? "$'\\n'" : `\\${c}`)),
    // $'…', and strings in Python, JavaScript, Ruby.
    ansi,
    ansi.replace(/[^\t-~]/gu, octalBytes),
    value.replace(/[\\"]/g, '\\$&'),
    // SQL and CSV.
    value.replaceAll("'", "''"),
    value.replaceAll('"', '""'),
  ]
}

const octalBytes = (character: string) =>
  [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')

function byteForms(value: string): string[] {
  const hex = Buffer.from(value).toString('hex')
  return bothCases(hex)
}

function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value)
  const inside = [0, 1, 2].map((offset) => base64Inside(bytes, offset))
  // On its own, as `base64`, `echo secret | base64` and Kubernetes print it: with its last,
  // partly filled characters, which give away bits otherwise.
  const alone = [bytes, Buffer.concat([bytes, Buffer.from('\n')])].flatMap((own) => {
    const padded = own.toString('base64')
    return [padded, padded.replace(/=+$/, '')]
  })
  return [...inside, ...alone].flatMap((form) => [
    form,
    form.replaceAll('+', '-').replaceAll('/', '_'),
    encodeURIComponent(form),
  ])
}

/** The characters that depend on the secret alone when it begins `offset` bytes into a triple. */
function base64Inside(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
  const first = Math.ceil((offset * 8) / 6)
  const end = Math.floor(((offset + bytes.length) * 8) / 6)
  return text.slice(first, end)
}

/** A pass phrase wrapped by words: a line break stands for a space, and is not looked at. */
function wrappedForms(value: string): string[] {
  const places = [...value.matchAll(/ +/g)].slice(0, MOST_WORDS)
  const once = places.map(
    ({ index, 0: gap }) => value.slice(0, index) + value.slice(index + gap.length),
  )
  return places.length === 0 ? [] : [...once, value.replace(/ +/g, '')]
}

/** A key printed by `grep`, by `head`, or on one line, with its lines joined in some way. */
function lineForms(value: string): string[] {
  const lines = value.split(/\r?\n/).map((line) => line.trim())
  if (lines.length < 2) return []
  const filled = lines.filter((line) => line !== '')
  const joined = [' ', '\\n', '\\r\\n', '\\\\n', ','].map((glue) => filled.join(glue))
  const inner = filled.filter((line) => !ARMOR.test(line))
  const bare = [inner.join(''), inner.join(' ')]
  const alone = inner.filter((line) => Buffer.byteLength(line) >= LONE_LINE_BYTES)
  return [...joined, ...bare, ...alone]
}
