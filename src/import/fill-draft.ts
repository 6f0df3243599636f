/**
 * What an imported report says, put into the draft that was rendered from the record: fields into the
 * head, sections into the places that wait for them, and the whole document at the end. Every word of
 * the source is in the result; people take it from there.
 */
import { Document as YamlDocument, isMap, isSeq } from 'yaml'
import type { Section } from '../markdown/document.ts'
import type { Unplaced } from '../markdown/timeline.ts'
import { IMPORTED_TITLE } from '../postmortem/imported-part.ts'
import { fillPlace } from '../postmortem/to-write.ts'
import type { People } from './people.ts'
import type { ReadReport } from './read-report.ts'
import { topicOf, type Topic } from './sections.ts'

/** Places of the draft that a section of the same kind can fill as it stands. */
const FILLED: readonly Topic[] = ['summary', 'detection', 'resolution']

export const fillDraft = (draft: string, read: ReadReport, file: string): string => {
  const filled = FILLED.reduce(
    ({ text, used }, topic) => {
      const section = read.document.sections.find(({ title }) => topicOf(title) === topic)
      const prose = section === undefined ? '' : proseOf(read, section)
      const next = prose === '' || !isClosed(prose) ? text : fillPlace(text, topic, prose)
      return next === text || section === undefined
        ? { text, used }
        : { text: next, used: new Map([...used, [section.line, topic]]) }
    },
    { text: fillHead(draft, read.people), used: new Map<number, Topic>() },
  )
  return `${filled.text.trimEnd()}\n\n${imported(read, file, filled.used)}`
}

const proseOf = ({ document }: ReadReport, section: Section): string =>
  strange(
    document.lines
      .slice(
        section.line -
          document.firstLine +
          headingLines(document.lines, section, document.firstLine),
        section.endLine - document.firstLine + 1,
      )
      .join('\n')
      .trim(),
  )

/**
 * What means something to hotwash, or to git, is kept as a word of the source: its own footnotes are
 * no events of this record, its comments no places to write in, its markers no conflict.
 */
const strange = (source: string): string =>
  source
    .replace(/\[\^(?=e\d+\])/g, '[^source-')
    .replace(/<!--(?=\s{0,20}(?:to-write|hotwash))/gi, '<!-- source:')
    .replace(/^(?=(?:<{7}|>{7})(?: |$))/gm, ' ')

/** What it opens ends in it: else it would swallow what the draft says below. */
const isClosed = (prose: string): boolean => {
  const fences = prose.match(/^[ \t]*(?:`{3,}|~{3,})/gm) ?? []
  return fences.length % 2 === 0 && !/<!--|<[a-z][a-z0-9]*[\s>]/i.test(prose)
}

/** More than one where the title is underlined. */
const headingLines = (
  lines: readonly string[],
  { line, endLine, title }: Section,
  first: number,
): number => {
  if (title === '' || /^\s{0,3}#/.test(lines[line - first] ?? '')) return 1
  const below = lines.slice(line - first + 1, endLine - first + 1)
  return below.findIndex((each) => /^\s{0,3}(?:=+|-+)\s*$/.test(each)) + 2
}

const fillHead = (draft: string, people: People): string => {
  let text = draft
  for (const [key, value] of Object.entries(headValues(people))) {
    const yaml = new YamlDocument({ [key]: value })
    markGuesses(yaml, people)
    const lines = strange(yaml.toString({ lineWidth: 0 }))
    text = text.replace(new RegExp(`^${key}: null\\b.*\\n`, 'm'), () => lines)
  }
  return text
}

const headValues = ({ actions, ...people }: People): Record<string, unknown> => ({
  ...people,
  ...(actions && {
    actions: actions.map(({ id, title, type, owner, priority, due, tracker }) => ({
      id,
      title,
      type,
      owner: owner ?? null,
      priority: priority ?? null,
      due: due ?? null,
      tracker: tracker ?? null,
      done_when: null,
    })),
  }),
})

const markGuesses = (yaml: YamlDocument, { actions = [] }: People): void => {
  const list = yaml.get('actions')
  if (!isSeq(list)) return
  for (const [index, { guessed }] of actions.entries()) {
    const action = list.get(index)
    const type = guessed && isMap(action) ? action.get('type', true) : undefined
    if (type !== undefined) type.comment = ' guessed from its words when it was imported'
  }
}

const imported = (read: ReadReport, file: string, used: ReadonlyMap<number, Topic>): string => {
  const title = `## ${IMPORTED_TITLE} ${codeSpan(file)}`
  const note =
    'The document in its own words, but for what stands above already. Take from it what belongs above, then delete this section.'
  const parts = [title, note, ...unplacedPart(read.unplaced), ...headPart(read), bodyOf(read, used)]
  return `${strange(parts.join('\n\n'))}\n`
}

const unplacedPart = (unplaced: readonly Unplaced[]): string[] => {
  if (unplaced.length === 0) return []
  const rows = unplaced.map(({ line, why, text }) => `- line ${line} (${why}): ${text}`)
  return ['### Rows of its timeline that found no place', rows.join('\n')]
}

const headPart = ({ head }: ReadReport): string[] => {
  if (head === undefined) return []
  const fence = fenceFor(head.text)
  return ['### Its head', `${fence}${head.kind}\n${head.text}\n${fence}`]
}

const fenceFor = (text: string): string => {
  const longest = (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2)
  return '`'.repeat(longest + 1)
}

const codeSpan = (text: string): string => (text.includes('`') ? text : `\`${text}\``)

/** The source, with its headings two levels down, so that they stay below this section. */
const bodyOf = ({ document }: ReadReport, used: ReadonlyMap<number, Topic>): string => {
  const { lines, firstLine, sections } = document
  const out: string[] = []
  for (const section of sections) {
    const heading = section.level === 0 ? 0 : headingLines(lines, section, firstLine)
    const from = section.line - firstLine
    if (section.level > 0) {
      out.push(`${'#'.repeat(Math.min(6, section.level + 2))} ${section.title}`)
    }
    const topic = used.get(section.line)
    if (topic === undefined)
      out.push(...lines.slice(from + heading, section.endLine - firstLine + 1))
    else out.push('', `(It stands above, as the ${topic}.)`, '')
  }
  return out.join('\n').trim()
}
