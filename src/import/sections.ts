/** Sections by what they are about, in the words of the known templates. */
import type { Block } from '../markdown/blocks.ts'
import type { Document, Section } from '../markdown/document.ts'

const TOPICS = {
  summary: /^(?:(?:issue|incident|executive|event) )?(?:summary|overview|synopsis|tl;?dr)$/i,
  impact: /^(?:(?:customer|user|business|incident|service) )?impact$/i,
  trigger: /^triggers?$/i,
  causes:
    /^(?:(?:the )?root causes?(?: analysis)?|contributing (?:factors?|conditions?|causes?)(?: ?\(?s?\)?)?|causes?)$/i,
  detection: /^(?:detection|how (?:was|did) (?:it|we|the incident) (?:detected|notice(?: it)?))$/i,
  resolution: /^(?:resolution(?: and recovery)?|recovery|mitigation and resolution|mitigation)$/i,
  went_well:
    /^(?:what (?:went|worked) well|things that went well|went well|what did we do well)\W*$/i,
  went_wrong:
    /^(?:what (?:went (?:wrong|poorly|badly)|didn[\u2019']?t go (?:so )?well|could have (?:gone|been) better|did not go well)|things that went (?:poorly|wrong|badly)|went (?:poorly|wrong|badly))\W*$/i,
  lucky: /^(?:where we got lucky|what (?:was|were) lucky|got lucky|luck)\W*$/i,
  surprising: /^(?:what (?:was )?(?:surprising|surprised us)|surprises)\W*$/i,
  actions:
    /^(?:(?:review |corrective |remediation |follow[- ]?up |preventa?tive )?action(?: items?|s)|actions? taken forward|follow[- ]?ups?|next steps|remediation items|corrective and preventa?tive (?:measures?|actions?))\W*$/i,
} as const

export type Topic = keyof typeof TOPICS

/** Without numbers and marks: `3. What went well?` is `What went well`. */
const bare = (title: string): string =>
  title
    .replace(/^[\s\d.)*_#:\p{Extended_Pictographic}\uFE0F-]+/u, '')
    .replace(/[\s*_:?!.]+$/, '')
    .trim()

export const topicOf = (title: string): Topic | undefined => {
  const words = bare(title)
  return (Object.keys(TOPICS) as Topic[]).find((topic) => TOPICS[topic].test(words))
}

/** A topic's blocks: of its section and those below it, or of a label `**Impact**:` in a list. */
export type Told = { topic: Topic; line: number; section: Section | undefined; blocks: Block[] }

export const toldIn = ({ sections }: Document): Told[] => [
  ...sections.flatMap((section) => {
    // The nearest title above says what it is about: `Action items` over `Process`.
    const topic = section.path
      .toReversed()
      .map(topicOf)
      .find((each) => each !== undefined)
    if (topic === undefined) return []
    return [{ topic, line: section.line, section, blocks: section.blocks }]
  }),
  ...sections.flatMap(({ blocks }) => blocks.flatMap(toldInList)),
]

const toldInList = (block: Block): Told[] => {
  if (block.type !== 'list') return []
  return block.items.flatMap(({ line, text, blocks }): Told[] => {
    const match = /^\W{0,4}([A-Za-z][A-Za-z -]{2,30}?)[*_\s]{0,4}:[*_\s]{0,4}([^]*)$/.exec(text)
    const topic = match?.[1] === undefined ? undefined : topicOf(match[1])
    if (topic === undefined) return []
    const said = match?.[2]?.trim() ?? ''
    const endLine = line + text.split('\n').length - 1
    const first: Block[] = said === '' ? [] : [{ type: 'paragraph', line, endLine, text: said }]
    return [{ topic, line, section: undefined, blocks: [...first, ...blocks] }]
  })
}
