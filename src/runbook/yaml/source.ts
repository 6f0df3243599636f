/**
 * YAML as hotwash reads it: 1.2, one document, string keys, no merge keys, no foreign tags, and
 * limits of its own, since the library's alias limit has no position and no depth limit exists.
 */
import { Lexer, parseDocument, type Document, type YAMLError } from 'yaml'
import { walkTree, MAX_DEPTH, type Spans } from './tree.ts'
import type { Path, Problems } from './problems.ts'

const MAX_CHARACTERS = 1_000_000

export type Source = {
  text: string
  value: unknown
  /** Where an object or list of `value` stands. */
  pathOf(object: object): Path | undefined
  /** Offset of a key or value; of the nearest known ancestor when the path itself is not in the text. */
  offsetOf(path: Path, of?: 'key' | 'value'): number
  /** Offset of a piece of the text of a string value; of the value when it is not found verbatim. */
  offsetInside(path: Path, piece: string, within: number): number
}

/** What keeps the text from being YAML at all; it is not parsed then. */
function unreadable(text: string): { offset: number; message: string } | undefined {
  if (text.length > MAX_CHARACTERS) {
    const message = `the file has ${text.length} characters; at most ${MAX_CHARACTERS} are accepted`
    return { offset: 0, message }
  }
  const nul = text.indexOf('\0')
  if (nul !== -1 && nul < 8) {
    return { offset: 0, message: 'the file looks like UTF-16 or binary; save it as UTF-8' }
  }
  if (nul !== -1) return { offset: nul, message: 'the file holds a NUL byte' }
  return tooDeep(text)
}

/** Tokens of the lexer that are not in the text: document, flow error, scalar. */
const MARKS: ReadonlySet<string> = new Set(['\u0002', '\u0018', '\u001f'])

/** What begins a level on a line of others, or looks like it. */
const LEVELS = /[[{]|[-?](?=\s|$)/g

/** Brackets nest by recursion in the library's parser, so that they are counted before it runs. */
function tooDeep(text: string): { offset: number; message: string } | undefined {
  // Most texts do not have so many levels to give, wherever these stand.
  if ((text.match(LEVELS)?.length ?? 0) <= MAX_DEPTH) return undefined
  let offset = 0
  let depth = 0
  let items = 0
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') depth += 1
    else if (token === ']' || token === '}') depth -= 1
    if (token === '\n' || token.includes('\n')) items = 0
    else if (token === '-' || token === '?') items += 1
    if (depth + items > MAX_DEPTH) {
      return { offset, message: `nested deeper than ${MAX_DEPTH} levels` }
    }
    if (!MARKS.has(token)) offset += token.length
  }
  return undefined
}

const WORDS: Partial<Record<YAMLError['code'], string>> = {
  MULTIPLE_DOCS: 'a second document begins here; one file is one runbook',
  TAB_AS_INDENT: 'a tab indents this line; YAML accepts spaces only',
}

/** In `[…]` and `{…}` YAML takes the braces for its own. */
const QUOTE = 'put quotes around text that holds ${{ }}'

function lineAt(text: string, offset: number): string {
  const end = text.indexOf('\n', offset)
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, end === -1 ? text.length : end)
}

function addSyntax(document: Document.Parsed, text: string, problems: Problems): void {
  for (const { code, pos, message } of document.errors) {
    const said = WORDS[code] ?? message.split('\n', 1)[0]
    const hint = lineAt(text, pos[0]).includes('${{') ? QUOTE : undefined
    problems.add(pos[0], { code: 'YAML', message: `${said}`, hint })
  }
  for (const { pos, message } of document.warnings) {
    const hint = 'accepted: plain YAML without tags of its own'
    problems.add(pos[0], { code: 'YAML', message: `${message.split('\n', 1)[0]}`, hint })
  }
}

function addDirective(document: Document.Parsed, text: string, problems: Problems): void {
  const at = /^\uFEFF?(?:[ \t]*#[^\n]*\n|[ \t]*\r?\n)*%YAML[ \t]+([^\s]+)/.exec(text)
  const version = at?.[1] ?? '1.2'
  if (version === '1.2' && document.directives.yaml.version !== '1.1') return
  const message = `YAML ${version} is not supported; hotwash reads YAML 1.2`
  problems.add((at?.[0].length ?? 0) - version.length, {
    code: 'YAML',
    message,
    hint: 'leave the %YAML line out',
  })
}

/** undefined: the problems say why. */
export function readYaml(text: string, problems: Problems): Source | undefined {
  const stop = unreadable(text)
  if (stop) {
    problems.add(stop.offset, { code: 'YAML', message: stop.message })
    return undefined
  }
  const document = compose(text, problems)
  if (!document) return undefined
  addSyntax(document, text, problems)
  addDirective(document, text, problems)
  if (problems.hasErrors()) return undefined
  const tree = walkTree(document, problems)
  if (problems.hasErrors()) return undefined
  return { text, value: tree.value, ...lookups(text, tree) }
}

function compose(text: string, problems: Problems): Document.Parsed | undefined {
  try {
    return parseDocument(text, {
      version: '1.2',
      schema: 'core',
      merge: false,
      resolveKnownTags: false,
      intAsBigInt: true,
      prettyErrors: false,
      uniqueKeys: false,
      logLevel: 'error',
    })
  } catch (error) {
    // The library recurses; the scan above cannot foresee every way to nest.
    if (!(error instanceof RangeError)) throw error
    problems.add(0, { code: 'YAML', message: `nested deeper than ${MAX_DEPTH} levels` })
    return undefined
  }
}

const pathKey = (path: Path): string => JSON.stringify(path)

function lookups(text: string, { spans, paths }: { spans: Spans; paths: WeakMap<object, Path> }) {
  const spanOf = (path: Path, of: 'key' | 'value') => {
    for (let length = path.length; length >= 0; length -= 1) {
      const span = spans.get(pathKey(path.slice(0, length)))
      // An ancestor is shown by its key: that is where the missing thing belongs.
      if (span) return (length === path.length ? span[of] : span.key) ?? span.value
    }
    return { start: 0, end: 0 }
  }
  return {
    pathOf: (object: object) => paths.get(object),
    offsetOf: (path: Path, of: 'key' | 'value' = 'value') => spanOf(path, of).start,
    offsetInside(path: Path, piece: string, within: number) {
      const { start, end } = spanOf(path, 'value')
      const found = text.slice(start, end).indexOf(piece)
      return found === -1 ? start : start + found + within
    },
  }
}
