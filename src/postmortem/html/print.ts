/**
 * Tokens to HTML, a piece at a time and kept as bytes: markdown-it joins thousands of rows to one text
 * of tiny parts, which take several times its size until it is written.
 */
import type { Env, MarkdownIt, Token } from 'markdown-it'
import { isLongTable, longTableParts } from './long-tables.ts'

export const printed = (md: MarkdownIt, tokens: Token[], env: Env): Buffer => {
  const pieces: Buffer[] = []
  let some: string[] = []
  for (const piece of piecesOf(md, tokens, env)) {
    some.push(piece)
    if (some.length < AT_ONCE) continue
    pieces.push(Buffer.from(some.join('')))
    some = []
  }
  return Buffer.concat([...pieces, Buffer.from(some.join(''))])
}

const AT_ONCE = 20

/** As markdown-it's own `render` goes through them. */
function* piecesOf(md: MarkdownIt, tokens: Token[], env: Env): Generator<string> {
  const { renderer, options } = md
  for (const [index, token] of tokens.entries()) {
    const rule = renderer.rules[token.type]
    if (isLongTable(token)) yield* longTableParts(md, token, env)
    else if (token.type === 'inline')
      yield renderer.renderInline(token.children ?? [], options, env)
    else if (rule === undefined) yield renderer.renderToken(tokens, index, options)
    else yield rule(tokens, index, options, env, renderer)
  }
}
