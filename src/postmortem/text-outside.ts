/** Markdown in pieces: text, and what is not: the head and blocks of output. Joined, they are the whole. */

export type Piece = { text: string; isText: boolean }

const FENCE = /^[ \t]*(`{3,})[^`\n]*$/gm
const HEAD = /^---\n[\s\S]*?\n---(?:\n|$)/

export const textOutside = (markdown: string): Piece[] => {
  const pieces: Piece[] = []
  let from = HEAD.exec(markdown)?.[0].length ?? 0
  if (from > 0) pieces.push({ text: markdown.slice(0, from), isText: false })
  FENCE.lastIndex = from
  for (let open = FENCE.exec(markdown); open !== null; open = FENCE.exec(markdown)) {
    // A block that is never closed goes to the end.
    const close = markdown.indexOf(`\n${open[1]}\n`, open.index)
    const end = close === -1 ? markdown.length : close + (open[1]?.length ?? 0) + 2
    pieces.push({ text: markdown.slice(from, open.index), isText: true })
    pieces.push({ text: markdown.slice(open.index, end), isText: false })
    from = end
    FENCE.lastIndex = end
  }
  pieces.push({ text: markdown.slice(from), isText: true })
  return pieces
}
