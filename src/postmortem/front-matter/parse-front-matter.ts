/** The head of a report: its text, and what it says with every problem at its place in the file. */
import type { Issue } from '../../errors.ts'
import { createReport, type Path } from '../../runbook/yaml/report.ts'
import { readYaml } from '../../runbook/yaml/source.ts'
import { problemsOf } from '../../runbook/yaml/zod-problems.ts'
import { frontMatterSchema, type FrontMatter } from './schema.ts'

export type Head = {
  /** YAML between the two lines of dashes. */
  yaml: string
  /** The rest, and the line (from 1) in which it begins. */
  body: string
  bodyLine: number
}

/** undefined: the text has no head. */
export const splitHead = (text: string): Head | undefined => {
  const match = /^---[ \t]*\r?\n([\s\S]*?)^---[ \t]*(?:\r?\n|$)/m.exec(text)
  if (match?.index !== 0) return undefined
  const [whole, yaml = ''] = match
  return { yaml, body: text.slice(whole.length), bodyLine: whole.split('\n').length }
}

export type ParsedHead = {
  /** undefined: there is none, or it has errors. */
  head: FrontMatter | undefined
  issues: Issue[]
  /** Line and column (from 1) of a field in the file, of its nearest known parent otherwise. */
  placeOf: (path: Path) => { line: number; column: number }
}

/** A head without its second line of dashes; any other text may begin with a line of dashes. */
const neverEnds = (text: string, file: string): Issue[] => {
  if (!/^---[ \t]*\r?\n(?:[ \t]*(?:#.*)?\r?\n)*hotwash[ \t]*:/.test(text)) return []
  const report = createReport(text, file)
  const hint = 'write a line of three dashes where the head ends and the report begins'
  report.add(0, { code: 'HEAD', message: 'the head that begins here has no end', hint })
  return report.issues()
}

/** Never throws. A text without a head has no issues: an old report, or one of another tool. */
export const parseFrontMatter = (text: string, file: string): ParsedHead => {
  const head = splitHead(text)
  const start = { line: 1, column: 1 }
  if (head === undefined)
    return { head: undefined, issues: neverEnds(text, file), placeOf: () => start }
  // An empty line stands for the dashes, so that lines are those of the file.
  const source = `\n${head.yaml}`
  const report = createReport(source, file)
  const yaml = readYaml(source, report)
  if (yaml === undefined) return { head: undefined, issues: report.issues(), placeOf: () => start }
  const value = yaml.value ?? {}
  const parsed = frontMatterSchema.safeParse(value)
  for (const problem of parsed.success
    ? []
    : problemsOf(parsed.error, value, { schema: frontMatterSchema }))
    report.add(yaml.offsetOf(problem.path, problem.of), problem)
  return {
    head: parsed.success && !report.hasErrors() ? parsed.data : undefined,
    issues: report.issues(),
    placeOf: (path) => {
      const { line, column } = report.place(yaml.offsetOf(path))
      return { line, column }
    },
  }
}
