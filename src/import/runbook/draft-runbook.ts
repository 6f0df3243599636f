/**
 * A checklist as the draft of a runbook. Every step is `manual`: a command that stood in a document
 * is shown to a person, and becomes a `run:` only when a person makes it one. Nothing is left out:
 * what is no step stays as a comment.
 */
import { Document as YamlDocument, type YAMLMap, isMap, isScalar, isSeq } from 'yaml'
import { visibleBlock, visibleLine } from '../../incident/visible.ts'
import { type Document, readDocument } from '../../markdown/document.ts'
import { repairMojibake, type Mojibake } from '../../markdown/mojibake.ts'
import { RESERVED } from '../../runbook/schema.ts'
import { foreignHead } from '../foreign-head.ts'
import { idFrom } from '../ids.ts'
import { plain } from '../plain.ts'
import { titleOf } from '../title.ts'
import { toDosIn, type ToDo } from './items.ts'

export type DraftRunbook = {
  text: string
  name: string
  steps: number
  /** Commands that wait for a person. */
  commands: number
  ticked: number
  mojibake: Pick<Mojibake, 'repaired' | 'suspicious'>
}

const MOST_STEPS = 2_000
/** A text holds at most 200 parts. */
const MOST_EXPRESSIONS = 90
const MOST_INSTRUCTION = 19_000

export type TooLong = { steps: number; most: number }

/** undefined: it holds nothing to do. */
export const draftRunbook = (source: {
  text: string
  file: string
}): DraftRunbook | TooLong | undefined => {
  const mojibake = repairMojibake(source.text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n'))
  const head = foreignHead(mojibake.text)
  const document = readDocument(head?.body ?? mojibake.text, { firstLine: head?.bodyLine ?? 1 })
  const { todos, remarks } = toDosIn(document)
  if (todos.length === 0) return undefined
  if (todos.length > MOST_STEPS) return { steps: todos.length, most: MOST_STEPS }
  const name = head?.values.get('title') ?? titleOf(document, source.file)
  const context = { file: source.file, taken: new Set<string>(RESERVED) }
  const yaml = new YamlDocument({
    hotwash: 1,
    name: unfilled(visibleLine(name)).slice(0, 200),
    owner: 'to be named',
    steps: todos.map((todo) => stepOf(todo, context)),
  })
  const owner = yaml.get('owner', true)
  if (isScalar(owner)) owner.comment = ' the team that keeps it true'
  yaml.commentBefore = comment([
    `Draft, made from ${source.file}. Every step asks a person; nothing of it runs by itself.`,
    'A command becomes a step that runs when you replace `manual:` by the `run:` beside it and say',
    'what undoes it (`rollback:`) and what shows that it worked (`verify:`).',
    ...(head === undefined ? [] : ['', 'The head of that file:', head.text]),
  ])
  addComments(yaml, todos, document)
  if (remarks.length > 0) yaml.comment = comment(['After the last step:', ...remarks])
  return {
    text: yaml.toString({ lineWidth: 0 }),
    name,
    steps: todos.length,
    commands: todos.reduce((sum, { commands }) => sum + commands.length, 0),
    ticked: todos.filter(({ checked }) => checked === true).length,
    mojibake: { repaired: mojibake.repaired, suspicious: mojibake.suspicious },
  }
}

type Context = { file: string; taken: Set<string> }

const stepOf = (todo: ToDo, { taken }: Context): Record<string, unknown> => {
  const words = plain(todo.text).replace(/^\d+(?:\.\d+)*[.)]?\s+/, '')
  const name = unfilled(visibleLine(plain(todo.text)))
  return {
    id: idFrom(words, taken, '_'),
    name: name.length <= 200 ? name : `${name.slice(0, 199)}…`,
    ...(todo.refs.length === 0 ? {} : { refs: todo.refs.slice(0, 50).map(refOf) }),
    ...(todo.optional ? { tags: ['optional'] } : {}),
    manual: { instruction: inert(instructionOf(todo)) },
  }
}

const instructionOf = ({ text, details, commands, refs }: ToDo): string => {
  const run = commands.flatMap(({ script, output }) => [
    `Run, if it is right here and now:\n\n${script.replace(/^/gm, '    ')}`,
    ...(output === '' ? [] : [`It showed:\n\n${output.replace(/^/gm, '    ')}`]),
  ])
  const more = refs.length > 50 ? [`References: ${refs.join(', ')}`] : []
  const whole = [text, ...details, ...run, ...more].filter((part) => part !== '').join('\n\n')
  return visibleBlock(whole).slice(0, MOST_INSTRUCTION)
}

/** Where no value is ever filled in, `${{` is refused and `{{` is plain text. */
const unfilled = (text: string): string => text.replaceAll('${{', '{{')

const refOf = (ref: string): string => unfilled(visibleLine(ref)).slice(0, 500)

/** A text of a runbook may hold expressions; in a document these are just letters. */
const inert = (text: string): string =>
  text.split('${{').length <= MOST_EXPRESSIONS
    ? text.replaceAll('${{', '${{ "${" + "{" }}')
    : text.replaceAll('${{', '$ {{')

const comment = (lines: readonly string[]): string =>
  lines
    .flatMap((text) => visibleBlock(text).split('\n'))
    .map((line) => (line === '' ? '' : ` ${line}`))
    .join('\n')

const addComments = (yaml: YamlDocument, todos: readonly ToDo[], document: Document): void => {
  const steps = yaml.get('steps')
  if (!isSeq(steps)) return
  for (const [index, todo] of todos.entries()) {
    const step = steps.get(index)
    if (!isMap(step)) continue
    step.commentBefore = comment([...todo.remarks, placeOf(todo, document)])
    addCandidates(step, todo)
  }
}

const placeOf = ({ line, checked, optional }: ToDo, { lines, firstLine }: Document): string => {
  const said = [
    ...(checked === true ? ['ticked'] : []),
    ...(checked === false ? ['not ticked'] : []),
    ...(optional ? ['marked as optional'] : []),
  ]
  const marks = said.length === 0 ? '' : ` (${said.join(', ')})`
  return `line ${line}${marks}: ${(lines[line - firstLine] ?? '').trim()}`
}

const addCandidates = (step: YAMLMap, { commands }: ToDo): void => {
  const manual = step.items.find(({ key }) => String(key) === 'manual')
  if (manual === undefined || commands.length === 0) return
  const run = commands.flatMap(({ line, script }) => [
    `command of line ${line}, not confirmed; to let hotwash run it, replace \`manual:\` by`,
    ...new YamlDocument({ run: `${script}\n` }).toString({ lineWidth: 0 }).trimEnd().split('\n'),
  ])
  if (isScalar(manual.key)) manual.key.commentBefore = comment(run)
}
