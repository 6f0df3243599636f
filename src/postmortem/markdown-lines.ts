/** Markdown as lines, each with whether it is text: the head and blocks of output are as they are. */
export type MarkdownLines = { lines: string[]; isText: boolean[] }

const HEAD = '---'
const TICKS = /^(`{3,})[^`]*$/

export const markdownLines = (markdown: string): MarkdownLines => {
  const lines = markdown.split('\n')
  /** What ends the block that is open. */
  let end = lines[0] === HEAD && lines.includes(HEAD, 1) ? HEAD : undefined
  const isText = lines.map((line, index) => {
    if (end !== undefined) {
      if (index > 0 && line === end) end = undefined
      return false
    }
    // A block of output begins where `fence` begins it: at the start of a line.
    if (line.startsWith('```')) end = TICKS.exec(line)?.[1]
    return end === undefined
  })
  return { lines, isText }
}
