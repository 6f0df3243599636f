/** What people know, taken from the sections of a report into the fields of the head. */
import type { Block } from '../markdown/blocks.ts'
import type { Document } from '../markdown/document.ts'
import { type ImportedAction, actionsIn } from './actions.ts'
import { idFrom } from './ids.ts'
import { plain } from './plain.ts'
import { toldIn, type Told, type Topic } from './sections.ts'

export type People = {
  impact?: { says: string }
  trigger?: string
  contributing_factors?: { id: string; says: string }[]
  went_well?: string[]
  went_wrong?: string[]
  lucky?: string[]
  surprising?: string[]
  actions?: ImportedAction[]
}

const MOST_CHARACTERS = 19_000
const NOTHING = /^(?:n\/?a|none|tbd|todo|unknown|-|\u2014|\.\.\.|\?+)\W*$/i

export const peopleIn = (document: Document): People => {
  const told = toldIn(document)
  const of = (topic: Topic): Told[] => told.filter((each) => each.topic === topic)
  const list = (topic: Topic): string[] | undefined =>
    filled(of(topic).flatMap(({ blocks }) => pointsOf(blocks)))
  const impact = proseOf(of('impact'))
  const trigger = proseOf(of('trigger'))
  const taken = new Set<string>()
  const causes = of('causes').flatMap(({ blocks }) => factorsOf(blocks))
  const factors = filled(causes.map((says) => ({ id: idFrom(says, taken), says })))
  const actions = filled(actionsIn(of('actions')))
  const wentWell = list('went_well')
  const wentWrong = list('went_wrong')
  const lucky = list('lucky')
  const surprising = list('surprising')
  return {
    ...(impact && { impact: { says: impact } }),
    ...(trigger && { trigger }),
    ...(factors && { contributing_factors: factors }),
    ...(wentWell && { went_well: wentWell }),
    ...(wentWrong && { went_wrong: wentWrong }),
    ...(lucky && { lucky }),
    ...(surprising && { surprising }),
    ...(actions && { actions }),
  }
}

const filled = <T>(list: readonly T[]): T[] | undefined =>
  list.length === 0 ? undefined : [...list]

const proseOf = (told: readonly Told[]): string | undefined => {
  const text = told.flatMap(({ blocks }) => blocks.flatMap(linesOf)).join('\n')
  return text === '' || NOTHING.test(text) ? undefined : text.slice(0, MOST_CHARACTERS)
}

const linesOf = (block: Block): string[] => {
  if (block.type === 'paragraph') return [plain(block.text)].filter((text) => text !== '')
  if (block.type === 'quote') return block.blocks.flatMap(linesOf)
  if (block.type !== 'list') return []
  return block.items.map((item) => `- ${pointOf(item.text, item.blocks)}`)
}

const pointOf = (text: string, blocks: readonly Block[]): string => {
  const more = blocks.flatMap(linesOf).map((line) => line.replace(/^- /, ''))
  return [plain(text), ...more].filter((part) => part !== '').join('; ')
}

/** One for each item; of prose one for each paragraph. */
const pointsOf = (blocks: readonly Block[]): string[] =>
  blocks
    .flatMap((block) => {
      if (block.type === 'list') return block.items.map((item) => pointOf(item.text, item.blocks))
      return linesOf(block)
    })
    .filter((point) => point !== '' && !NOTHING.test(point))
    .map((point) => point.slice(0, MOST_CHARACTERS))

/** Items are factors; prose around them explains them, and prose alone is one factor. */
const factorsOf = (blocks: readonly Block[]): string[] => {
  const lists = blocks.filter(({ type }) => type === 'list')
  if (lists.length > 0) return pointsOf(lists)
  const prose = blocks.flatMap(linesOf).join('\n').slice(0, MOST_CHARACTERS)
  return prose === '' || NOTHING.test(prose) ? [] : [prose]
}
