/**
 * Parses a template and refuses what is not logicless: only each, if, unless, with and partials by
 * plain name. Depth, size and the graph of partials are bounded before anything is run, and names
 * that reach into JavaScript's prototypes are taken out of the tree.
 */
import type Handlebars from 'handlebars'
import { grouped } from '../incident/size.ts'
import { linesOf } from '../runbook/yaml/place.ts'
import { templateError, type TemplateSource } from './template-error.ts'

export type CheckedTemplate = {
  source: TemplateSource
  ast: hbs.AST.Program
  /** Names of the partials it uses, with where. */
  partials: { name: string; line: number; column: number }[]
  warnings: string[]
}

const BLOCKS = new Set(['each', 'if', 'unless', 'with'])
const HELPERS = new Set([...BLOCKS, 'log', 'lookup', 'helperMissing', 'blockHelperMissing'])
const PARTIAL_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/
const PROTOTYPE = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype'])
const MAX_DEPTH = 40
const MAX_CHARACTERS = 100_000
const LOGICLESS =
  'a template only has {{field}}, {{#each}}, {{#if}}, {{#unless}}, {{#with}} and {{> partial}}'

type Node = hbs.AST.Node
type Walk = CheckedTemplate & { fail: (node: Node, message: string, hint?: string) => never }

export const checkTemplate = (hb: typeof Handlebars, source: TemplateSource): CheckedTemplate => {
  if (typeof source.text !== 'string')
    throw templateError(
      { path: source.path, text: '' },
      { line: 1, column: 1 },
      { message: 'a template is text; a parsed tree is never run' },
    )
  if (source.text.length > MAX_CHARACTERS)
    throw templateError(
      source,
      { line: 1, column: 1 },
      {
        message: `it has ${grouped(source.text.length)} characters; at most ${grouped(MAX_CHARACTERS)} are read`,
      },
    )
  refuseDeep(source)
  const ast = parse(hb, source)
  const walk: Walk = {
    source,
    ast,
    partials: [],
    warnings: [],
    fail: (node, message, hint) => {
      throw templateError(source, positionOf(node), { message, hint })
    },
  }
  checkProgram(walk, ast, 0)
  const { partials, warnings } = walk
  return { source, ast, partials, warnings }
}

/** Before parsing: the parser takes seconds for thousands of open blocks. */
const refuseDeep = (source: TemplateSource): void => {
  let depth = 0
  for (const match of source.text.matchAll(/\{\{~?(?:([#^])(?=[^~}])|(\/))/g)) {
    depth += match[1] === undefined ? -1 : 1
    if (depth <= MAX_DEPTH) continue
    const at = linesOf(source.text).at(match.index)
    throw templateError(source, at, { message: tooDeep })
  }
}

const tooDeep = `blocks are nested deeper than ${MAX_DEPTH}`

const positionOf = (node: Node): { line: number; column: number } => ({
  line: node.loc.start.line,
  column: node.loc.start.column + 1,
})

type Located = { lineNumber?: number; column?: number; message: string }
type LexerPlace = { first_line: number; last_line: number; last_column: number }

const parse = (hb: typeof Handlebars, source: TemplateSource): hbs.AST.Program => {
  try {
    return hb.parseWithoutProcessing(source.text, { srcName: source.path })
  } catch (thrown) {
    const error = thrown as Located
    // A syntax error has its place only in the lexer, which stopped there.
    const lexer = (hb as unknown as { Parser: { lexer: { yylloc: LexerPlace } } }).Parser.lexer
      .yylloc
    const line = error.lineNumber ?? lexer.last_line
    const column = (error.column ?? lexer.last_column) + 1
    throw templateError(source, { line, column }, { message: plainMessage(error.message) })
  }
}

/** Without the position, the excerpt and the parser's token names. */
const plainMessage = (message: string): string => {
  const [, opened, closed] = /^(\S+) doesn't match (\S+)/.exec(message) ?? []
  if (opened !== undefined) return `{{#${opened}}} is closed by {{/${closed}}}`
  if (!/^(?:Parse|Lexical) error/.test(message)) return message.replace(/ - \d+:\d+$/, '')
  const why = /got 'EOF'/.test(message)
    ? ': the template ends before every block is closed'
    : ': two braces open a field, a block or a partial, and two close it'
  return `cannot be read here${why}`
}

const checkProgram = (walk: Walk, program: hbs.AST.Program, depth: number): void => {
  program.body = program.body.map((statement) => checkStatement(walk, statement, depth))
}

const checkStatement = (
  walk: Walk,
  statement: hbs.AST.Statement,
  depth: number,
): hbs.AST.Statement => {
  switch (statement.type) {
    case 'ContentStatement':
    case 'CommentStatement':
      return statement
    case 'MustacheStatement':
      return checkMustache(walk, statement as hbs.AST.MustacheStatement)
    case 'BlockStatement':
      return checkBlock(walk, statement as hbs.AST.BlockStatement, depth)
    case 'PartialStatement':
      return checkPartial(walk, statement as hbs.AST.PartialStatement)
    default:
      return walk.fail(statement, `${statement.type} is not supported`, LOGICLESS)
  }
}

const checkMustache = (walk: Walk, node: hbs.AST.MustacheStatement): hbs.AST.Statement => {
  if (node.path.type !== 'PathExpression') walk.fail(node, 'a literal is not a field', LOGICLESS)
  const path = node.path as hbs.AST.PathExpression
  if (node.params.length > 0 || node.hash !== undefined || HELPERS.has(path.original))
    walk.fail(node, `"${path.original}" is called like a function`, LOGICLESS)
  if (!reachesPrototype(walk, path)) return node
  return { type: 'CommentStatement', value: '', strip: node.strip, loc: node.loc } as Node
}

const checkBlock = (walk: Walk, node: hbs.AST.BlockStatement, depth: number): hbs.AST.Statement => {
  if (depth >= MAX_DEPTH) walk.fail(node, tooDeep)
  if (!BLOCKS.has(node.path.original))
    walk.fail(node, `there is no block "${node.path.original}"`, LOGICLESS)
  if (node.params.length !== 1 || node.hash !== undefined)
    walk.fail(node, `{{#${node.path.original}}} takes one field`, LOGICLESS)
  node.params = node.params.map((param) => checkArgument(walk, param))
  // Of `{{^if x}}` only the inverse is there.
  for (const program of [node.program, node.inverse] as (hbs.AST.Program | undefined)[])
    if (program !== undefined) checkProgram(walk, program, depth + 1)
  return node
}

const checkArgument = (walk: Walk, param: hbs.AST.Expression): hbs.AST.Expression => {
  if (param.type !== 'PathExpression')
    return walk.fail(param, 'only a field can stand here', LOGICLESS)
  const path = param as hbs.AST.PathExpression
  if (reachesPrototype(walk, path)) return { type: 'UndefinedLiteral', loc: param.loc }
  // Handlebars' strict mode looks at printed fields only; this makes it look at arguments, too.
  return Object.assign(path, { strict: true })
}

const checkPartial = (walk: Walk, node: hbs.AST.PartialStatement): hbs.AST.Statement => {
  const name = node.name.type === 'PathExpression' ? node.name.original : ''
  if (!PARTIAL_NAME.test(name))
    walk.fail(
      node,
      `"${name}" is not the name of a partial`,
      'a partial is a file in templates/partials/, named by small letters, digits, - and _',
    )
  if (node.hash !== undefined) walk.fail(node, 'a partial takes no named values', LOGICLESS)
  node.params = node.params.map((param) => checkArgument(walk, param))
  walk.partials.push({ name, ...positionOf(node) })
  return node
}

const reachesPrototype = (walk: Walk, path: hbs.AST.PathExpression): boolean => {
  if (!path.parts.some((part) => PROTOTYPE.has(part))) return false
  const { line, column } = positionOf(path)
  walk.warnings.push(
    `${walk.source.path}:${line}:${column}: "${path.original}" is not a field of the report: left empty`,
  )
  return true
}
