/** Text in lines of a terminal, 80 columns unless given, broken at blanks; a word that is longer stands alone. */
const WIDTH = 80

/** `first` begins the first line, `indent` every further one. */
export function wrapped(
  text: string,
  { first, indent, width = WIDTH }: { first: string; indent: string; width?: number },
): string[] {
  const lines: string[] = []
  let line = first
  let isEmpty = true
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line)
      line = indent
      isEmpty = true
    }
    line = isEmpty ? line + word : `${line} ${word}`
    isEmpty = false
  }
  return [...lines, line]
}
