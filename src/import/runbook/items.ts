/**
 * The things to do in a checklist, in order: boxes and numbers, else bullets; and commands that stand
 * alone. Everything around them is kept as remarks of what follows.
 */
import type { Block, Code, Item, List } from '../../markdown/blocks.ts'
import type { Document, Section } from '../../markdown/document.ts'
import { commandsOf, type Commands } from './commands.ts'

export type ToDo = {
  line: number
  /** As written, one line; of commands that stand alone the words above them. */
  text: string
  checked: boolean | undefined
  /** `[ ]* ...`: the list calls it optional. */
  optional: boolean
  /** What stands below it, in its own words. */
  details: string[]
  refs: string[]
  commands: Commands[]
  /** Headings, prose and outer items that stand before it and are no steps. */
  remarks: string[]
}

type Collected = { todos: ToDo[]; remarks: string[] }

/** `remarks`: what stands after the last of them. */
export const toDosIn = (document: Document): Collected => {
  const marked = document.sections.some(({ blocks }) => blocks.some(isMarked))
  const collected: Collected = { todos: [], remarks: [] }
  for (const section of document.sections) addSection(collected, section, { document, marked })
  return collected
}

type Context = { document: Document; marked: boolean }

/** A list with boxes or numbers: beside one, plain bullets are remarks. */
const isMarked = (block: Block): boolean =>
  block.type === 'list' &&
  (block.ordered ||
    block.items.some((item) => boxOf(item) !== undefined || item.blocks.some(isMarked)))

const addSection = (collected: Collected, section: Section, context: Context): void => {
  if (section.level > 0) collected.remarks.push(`${'#'.repeat(section.level)} ${section.title}`)
  for (const block of section.blocks) addBlock(collected, block, context)
}

const addBlock = (collected: Collected, block: Block, context: Context): void => {
  const isSteps = block.type === 'list' && (isMarked(block) || !context.marked)
  if (isSteps) for (const item of block.items) addItem(collected, item, context)
  else if (block.type === 'code' && commandsOf(block) !== undefined) addCommands(collected, block)
  else collected.remarks.push(sourceOf(block, context.document))
}

/** Lines of the file, as they are. */
const sourceOf = ({ line, endLine }: Block, { lines, firstLine }: Document): string =>
  lines.slice(line - firstLine, endLine - firstLine + 1).join('\n')

const BOX = /^\[([ xX~-])\](\\?\*)?(?:\s+|$)/

const boxOf = (item: Item): { checked: boolean; optional: boolean; text: string } | undefined => {
  if (item.checked !== undefined) return { checked: item.checked, optional: false, text: item.text }
  const box = BOX.exec(item.text)
  if (box === null) return undefined
  const text = item.text.slice(box[0].length)
  return { checked: /x/i.test(box[1] ?? ''), optional: box[2] !== undefined, text }
}

const REFS =
  /^[\s*_]{0,4}(?:requirements?|refs?|tickets?)[\s*_]{0,4}:\s*([^]{1,1000}?)[\s*_]{0,4}$/i

const addItem = (collected: Collected, item: Item, context: Context): void => {
  const box = boxOf(item)
  const text = (box?.text ?? item.text).replace(/\s+/g, ' ').trim()
  const steps = item.blocks.filter((block): block is List => isMarked(block))
  const others = item.blocks.filter((block) => !isMarked(block))
  if (steps.length > 0) {
    // It is done when all below it are.
    collected.remarks.push(`${text}${box?.checked === true ? ' (ticked)' : ''}`)
    collected.remarks.push(...others.map((block) => sourceOf(block, context.document)))
    for (const list of steps) addBlock(collected, list, context)
    return
  }
  const { details, refs, commands } = belowOf(others, context.document)
  collected.todos.push({
    line: item.line,
    text: text === '' ? (details.shift() ?? '(nothing is said)') : text,
    checked: box?.checked,
    optional: box?.optional ?? false,
    details,
    refs,
    commands,
    remarks: collected.remarks.splice(0),
  })
}

type Below = Pick<ToDo, 'details' | 'refs' | 'commands'>

const belowOf = (blocks: readonly Block[], document: Document): Below => {
  const below: Below = { details: [], refs: [], commands: [] }
  for (const block of blocks) {
    const commands = block.type === 'code' ? commandsOf(block) : undefined
    if (commands !== undefined) below.commands.push(commands)
    else if (block.type === 'list') addList(below, block, document)
    else below.details.push(sourceOf(block, document).trim())
  }
  return below
}

const addList = (below: Below, list: List, document: Document): void => {
  for (const item of list.items) {
    const refs = REFS.exec(item.text)?.[1]
    if (refs !== undefined && item.blocks.length === 0) {
      below.refs.push(...refs.split(/[,;]/).map((ref) => ref.replace(/[\s*_]+/g, ' ').trim()))
      continue
    }
    const inner = belowOf(item.blocks, document)
    const box = item.checked === undefined ? '' : item.checked ? '[x] ' : '[ ] '
    below.details.push([`- ${box}${item.text}`, ...inner.details.map(indented)].join('\n'))
    below.refs.push(...inner.refs)
    below.commands.push(...inner.commands)
  }
}

const indented = (text: string): string => text.replace(/^/gm, '  ')

/** What is longer is no name for a step. */
const MOST_WORDS = 300

/** A block of commands between paragraphs is a thing to do, too. */
const addCommands = (collected: Collected, block: Code): void => {
  const commands = commandsOf(block)
  if (commands === undefined) return
  const above = collected.remarks.at(-1) ?? ''
  const words = above.replace(/^#+\s*/, '').replace(/\s+/g, ' ')
  const says = words !== '' && words.length <= MOST_WORDS && !above.startsWith('```')
  // A heading stays where it is; a sentence before the commands becomes the words of the step.
  if (says && !above.startsWith('#')) collected.remarks.pop()
  collected.todos.push({
    line: block.line,
    text: says ? words : 'Run these commands',
    checked: undefined,
    optional: false,
    details: [],
    refs: [],
    commands: [commands],
    remarks: collected.remarks.splice(0),
  })
}
