/** What an incident is called: its first heading, unless that says no more than that it is one. */
import type { Document, Section } from '../markdown/document.ts'
import { textOf } from '../markdown/html-table.ts'
import { plain } from './plain.ts'

const GENERIC =
  /^(?:(?:incident|issue|post[- ]?mortem|event)(?: (?:title|report|summary|review|postmortem))?|outage (?:title|report|summary|review|postmortem)|post[- ]?mortem|title|summary|overview|timeline|impact|introduction)\W*$/i
const MOST_CHARACTERS = 200

export const titleOf = ({ sections }: Document, file: string): string => {
  const [head] = sections
  const ahead = head?.level === 0 ? titleAhead(head) : ''
  if (ahead !== '' && !GENERIC.test(ahead)) return short(ahead)
  const first = sections.find(({ level }) => level > 0)
  const title = plain(first?.title ?? '')
  if (title !== '' && !GENERIC.test(title)) return short(title)
  const below = first?.level === 1 ? first.blocks[0] : undefined
  const line = below?.type === 'paragraph' ? plain(below.text) : ''
  if (line !== '' && line.length <= 100 && !line.includes(': ')) return short(line)
  return short(nameOf(file))
}

/** `<h1>` of an export, or a first line in bold, before the first heading. */
const titleAhead = ({ blocks: [block] }: Section): string => {
  if (block?.type === 'html')
    return textOf(/<h1\b[^<>]{0,500}>([^]{1,1000}?)<\/h1>/i.exec(block.text)?.[1] ?? '')
  if (block?.type !== 'paragraph') return ''
  const bold = /^\s{0,3}(\*\*|__)([^*_\n]{3,200})\1\s*$/.exec(block.text)?.[2] ?? ''
  return bold.trim().endsWith(':') ? '' : plain(bold)
}

const nameOf = (file: string): string => {
  const name = (file.split('/').at(-1) ?? '').replace(
    /\.(?:md|markdown|txt|mdx|html\.md\.erb)$/i,
    '',
  )
  const words = name
    .replace(/^\d{4}-\d\d-\d\d[-_ ]?/, '')
    .replace(/[-_]+/g, ' ')
    .trim()
  return words === '' ? name || 'Imported incident' : words
}

const short = (title: string): string =>
  title.length <= MOST_CHARACTERS ? title : `${title.slice(0, MOST_CHARACTERS - 1)}\u2026`
