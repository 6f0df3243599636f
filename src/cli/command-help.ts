/** `hotwash COMMAND --help`, from the class itself. */
import { wrapped } from '../usecases/wrapped.ts'
import { loadCommand, type CommandTable } from './command-entry.ts'
import { describeCommand, flagRows, type Row } from './describe-command.ts'

const WIDEST = 100
const WIDEST_LABEL = 30

export async function commandHelp(
  table: CommandTable,
  id: string,
  columns: number = WIDEST,
): Promise<string> {
  const command = await loadCommand(table, id)
  const width = Math.min(WIDEST, columns)
  const { usage, description, args, flags, examples } = describeCommand(id, command)
  const paragraph = (text: string) => wrapped(text, { first: '', indent: '', width })
  const rows = (all: typeof flags) => all.flatMap((row) => rowLines(row, { all, width }))
  const sections = [
    paragraph(`hotwash ${id.replaceAll(':', ' ')}: ${table[id]?.summary ?? ''}`),
    usage.flatMap((one, nth) =>
      wrapped(one, { first: nth === 0 ? 'Usage: ' : '       ', indent: '         ', width }),
    ),
    description === undefined ? [] : paragraph(description),
    args.length === 0 ? [] : ['Arguments:', ...rows(args)],
    flags.length === 0 ? [] : ['Flags:', ...rows(flags)],
    ['Flags of every command:', ...rows(flagRows(command.baseFlags))],
    ['Examples:', ...examples.map((example) => `  ${example}`)],
  ]
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

/** The words stand in one column; beneath a label that is too wide for it. */
function rowLines(
  { label, says }: Row,
  { all, width }: { all: readonly Row[]; width: number },
): string[] {
  const widths = all.map((row) => row.label.length).filter((length) => length <= WIDEST_LABEL)
  const column = width < 60 ? 4 : Math.max(2, ...widths) + 2
  const indent = ' '.repeat(column + 2)
  const fits = label.length + 2 <= column
  const words = wrapped(says, { first: fits ? `  ${label.padEnd(column)}` : indent, indent, width })
  return fits ? words : [`  ${label}`, ...words]
}
