/** The head of a report: its text, and what it says with every problem at its place in the file. */
import type { Issue } from '../../errors.ts'
import { collectProblems, type Path } from '../../runbook/yaml/problems.ts'
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

/** A blank line and a heading or words: what stands between two rules, all of a report perhaps. */
const RULED_OFF = /^[ \t]*\r?\n\s*(?=\S)(?![\w-]+[ \t]*:)/
const OWN = /^hotwash[ \t]*:/m

/** undefined: the text has no head. */
export const splitHead = (text: string): Head | undefined => {
  const match = /^---[ \t]*\r?\n([\s\S]*?)^---[ \t]*(?:\r?\n|$)/m.exec(text)
  if (match?.index !== 0) return undefined
  const [whole, yaml = ''] = match
  if (RULED_OFF.test(yaml) && !OWN.test(yaml)) return undefined
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
  const problems = collectProblems(text, file)
  const hint = 'write a line of three dashes where the head ends and the report begins'
  problems.add(0, { code: 'HEAD', message: 'the head that begins here has no end', hint })
  return problems.issues()
}

/** Never throws. A text without a head has no issues: an old report, or one of another tool. */
export const parseFrontMatter = (text: string, file: string): ParsedHead => {
  const head = splitHead(text)
  const start = { line: 1, column: 1 }
  if (head === undefined)
    return { head: undefined, issues: neverEnds(text, file), placeOf: () => start }
  // An empty line stands for the dashes, so that lines are those of the file.
  const source = `\n${head.yaml}`
  const problems = collectProblems(source, file)
  const yaml = readYaml(source, problems)
  if (yaml === undefined)
    return { head: undefined, issues: problems.issues(), placeOf: () => start }
  const value = yaml.value ?? {}
  const parsed = frontMatterSchema.safeParse(value)
  for (const problem of parsed.success
    ? []
    : problemsOf(parsed.error, value, { schema: frontMatterSchema }))
    problems.add(yaml.offsetOf(problem.path, problem.of), problem)
  return {
    head: parsed.success && !problems.hasErrors() ? parsed.data : undefined,
    issues: problems.issues(),
    placeOf: (path) => {
      const { line, column } = problems.place(yaml.offsetOf(path))
      return { line, column }
    },
  }
}
