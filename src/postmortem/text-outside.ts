/** Markdown in pieces: text, and what is not: the head and blocks of output. Joined, they are the whole. */

export type Piece = { text: string; isText: boolean }

const HEAD = /^---\n[\s\S]*?\n---(?:\n|$)/

export const textOutside = (markdown: string): Piece[] => {
  const pieces: Piece[] = []
  let from = HEAD.exec(markdown)?.[0].length ?? 0
  if (from > 0) pieces.push({ text: markdown.slice(0, from), isText: false })
  for (let open = nextFence(markdown, from); open !== undefined; open = nextFence(markdown, from)) {
    // A block that is never closed goes to the end.
    const close = markdown.indexOf(`\n${open.ticks}\n`, open.at)
    const end = close === -1 ? markdown.length : close + open.ticks.length + 2
    pieces.push({ text: markdown.slice(from, open.at), isText: true })
    pieces.push({ text: markdown.slice(open.at, end), isText: false })
    from = end
  }
  pieces.push({ text: markdown.slice(from), isText: true })
  return pieces
}

const FENCE = /(`{3,})[^`\n]*(?:\n|$)/y

/** Where a block begins: backticks at the start of a line, as `fence` writes them. */
const nextFence = (markdown: string, from: number): { at: number; ticks: string } | undefined => {
  const isHere = markdown.startsWith('```', from)
  for (
    let at = isHere ? from : nextTicks(markdown, from);
    at !== -1;
    at = nextTicks(markdown, at)
  ) {
    FENCE.lastIndex = at
    const ticks = FENCE.exec(markdown)?.[1]
    if (ticks !== undefined) return { at, ticks }
  }
  return undefined
}

const nextTicks = (markdown: string, from: number): number => {
  const end = markdown.indexOf('\n```', from)
  return end === -1 ? -1 : end + 1
}
