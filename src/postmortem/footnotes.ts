/**
 * The view offers a footnote for each event that it cites anywhere; a template prints a part of the
 * view. What is not cited on the page has no footnote on it.
 */
const MARK = /(?<![`\\])\[\^(e\d+[a-z]?\d*)\]/g
const NOTE = /^\[\^(e\d+[a-z]?\d*)\]: /
const HEAD = '---'
const FENCE = /^\s*(`{3,})/

export const withoutUnusedFootnotes = (markdown: string): string => {
  const lines = markdown.split('\n')
  const isText = outsideOfFences(lines)
  const cited = new Set<string>()
  for (const [index, line] of lines.entries()) {
    if (isText[index] !== true || NOTE.test(line)) continue
    for (const [, mark = ''] of line.matchAll(MARK)) cited.add(mark)
  }
  return lines
    .filter((line, index) => {
      const mark = isText[index] === true ? NOTE.exec(line)?.[1] : undefined
      return mark === undefined || cited.has(mark)
    })
    .join('\n')
}

/** Neither in a block of output nor in the head, where a mark is a part of a value. */
const outsideOfFences = (lines: readonly string[]): boolean[] => {
  let fence = lines[0] === HEAD ? HEAD : undefined
  return lines.map((line, index) => {
    if (index === 0 && fence !== undefined) return false
    if (fence !== undefined) {
      if (line.trim() === fence) fence = undefined
      return false
    }
    fence = FENCE.exec(line)?.[1]
    return fence === undefined
  })
}
