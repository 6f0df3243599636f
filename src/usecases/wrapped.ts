/** Text in lines of a terminal of 80 columns, broken at blanks; a word that is longer stands alone. */
const WIDTH = 80

/** `first` begins the first line, `indent` every further one. */
export function wrapped(
  text: string,
  { first, indent }: { first: string; indent: string },
): string[] {
  const lines: string[] = []
  let line = first
  let isEmpty = true
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = indent
      isEmpty = true
    }
    line = isEmpty ? line + word : `${line} ${word}`
    isEmpty = false
  }
  return [...lines, line]
}
