/**
 * A person who edits every section of a report, by chance but repeatably: words, rows, boxes, prose,
 * headings, order. Each word they write is unlike any other, so that a lost one is missed. Sections are
 * read here by a reader of its own, so that it shares no mistake with the merge.
 */

export type Chance = {
  next: () => number
  pick: <T>(from: readonly T[]) => T
  is: (p: number) => boolean
}

export const chanceOf = (seed: number): Chance => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T
  return { next, pick, is: (p) => next() < p }
}

type Part = { heading: string; level: number; body: string[] }

/** Head (with its dashes) and sections; what is before the first heading has level 0. */
export const partsOf = (text: string): { head: string[]; parts: Part[] } => {
  const lines = text.split('\n')
  const end = lines[0] === '---' ? lines.indexOf('---', 1) + 1 : 0
  const parts: Part[] = [{ heading: '', level: 0, body: [] }]
  let fence = ''
  for (const line of lines.slice(end)) {
    const mark = /^`{3,}/.exec(line)?.[0] ?? ''
    if (fence === '' ? mark !== '' : line.trim() === fence) fence = fence === '' ? mark : ''
    const level = fence === '' ? (/^(#{1,6}) /.exec(line)?.[1]?.length ?? 0) : 0
    if (level > 0) parts.push({ heading: line, level, body: [] })
    else parts.at(-1)?.body.push(line)
  }
  return { head: lines.slice(0, end), parts }
}

const written = (head: readonly string[], parts: readonly Part[]): string =>
  [
    ...head,
    ...parts.flatMap(({ heading, level, body }) => (level === 0 ? body : [heading, ...body])),
  ].join('\n')

export type Edited = {
  text: string
  /** Every word that this person wrote. */
  words: string[]
  /** Lines that they took out alone, not with their section. */
  deleted: string[]
  did: string[]
}

const isRow = (line: string): boolean => line.startsWith('|')
const isProse = (line: string): boolean => /^[A-Z][^|`[]* /.test(line)
const isMark = (line: string): boolean =>
  line.startsWith('> **To write') || line.startsWith('<!-- to-write')

export const edit = (text: string, chance: Chance, name: string): Edited => {
  const { head, parts } = partsOf(text)
  const words: string[] = []
  const deleted: string[] = []
  const did: string[] = []
  const word = (): string => {
    const one = `${name}w${words.length}x`
    words.push(one)
    return one
  }
  const rowsOf = (body: readonly string[]): number[] =>
    body.flatMap((line, n) =>
      isRow(line) && isRow(body[n - 1] ?? '') && !/^\|[\s|:-]+$/.test(line) ? [n] : [],
    )
  /** What a person does to one section; undefined: that cannot be done here. */
  const deeds: Record<string, (part: Part) => boolean> = {
    words(part) {
      const end = part.body.findLastIndex((line) => line !== '' && !line.startsWith('[^')) + 1
      if (chance.is(0.5)) part.body.splice(end, 0, '', `They said ${word()} and ${word()}.`)
      else part.body.splice(0, 0, '', `First of all: ${word()}.`)
      return true
    },
    mark(part) {
      const at = part.body.findIndex(isMark)
      if (at === -1) return false
      const count = isMark(part.body[at + 1] ?? '') ? 2 : 1
      part.body.splice(at, count, `What we know is ${word()}.`, `It took ${word()}.`)
      return true
    },
    addRow(part) {
      const rows = rowsOf(part.body)
      const at = rows.length === 0 ? undefined : chance.pick(rows)
      if (at === undefined) return false
      const cells = (part.body[at] ?? '').split(/(?<!\\)\|/).length - 2
      part.body.splice(at + 1, 0, `| ${Array.from({ length: cells }, word).join(' | ')} |`)
      return true
    },
    editRow(part) {
      const rows = rowsOf(part.body)
      if (rows.length === 0) return false
      const at = chance.pick(rows)
      part.body[at] = (part.body[at] ?? '').replace(/\s*\|$/, ` ${word()} |`)
      return true
    },
    deleteRow(part) {
      const rows = rowsOf(part.body)
      if (rows.length < 2) return false
      deleted.push(...part.body.splice(chance.pick(rows), 1))
      return true
    },
    prose(part) {
      const at = part.body.findIndex(isProse)
      if (at === -1) return false
      part.body[at] = chance.is(0.5)
        ? `${part.body[at]} Or ${word()}?`
        : `Rewritten: ${word()} ${word()}.`
      return true
    },
    tasks(part) {
      const at = part.body.findIndex((line) => line.startsWith('- [ ]'))
      if (at === -1) part.body.unshift('', `- [ ] do ${word()}`, `- [x] did ${word()}`)
      else part.body[at] = (part.body[at] ?? '').replace('[ ]', '[x]')
      return true
    },
    heading(part) {
      if (part.level < 2) return false
      part.heading = `${'#'.repeat(part.level)} ${chance.is(0.5) ? `${part.heading.replace(/^#+ /, '')} ` : ''}${word()}`
      return true
    },
    unpad(part) {
      part.body = part.body.map((line) =>
        isRow(line) ? line.replace(/ {2,}\|/g, ' |').replace(/-{4,}/g, '---') : line,
      )
      return true
    },
    delete(part) {
      if (part.level < 3) return false
      parts.splice(parts.indexOf(part), 1)
      return true
    },
    nothing: () => true,
  }
  const before = parts.slice()
  for (const part of before) {
    for (let tries = 0; tries < 10; tries += 1) {
      const deed = chance.pick(Object.keys(deeds))
      if (deeds[deed]?.(part) !== true) continue
      did.push(`${deed} ${part.heading}`)
      break
    }
  }
  if (chance.is(0.5)) did.push(moveOne(parts, chance, 2))
  if (chance.is(0.3)) did.push(moveOne(parts, chance, 3))
  return { text: written(editedHead(head, word, chance), parts), words, deleted, did }
}

/** A section goes, with all below it, behind another one of its level, also below another heading. */
const moveOne = (parts: Part[], chance: Chance, of: number): string => {
  const tops = parts.filter(({ level }) => level === of)
  const [from, to] = [chance.pick(tops), chance.pick(tops)]
  if (from === undefined || to === undefined || from === to) return 'moved none'
  const blockOf = (part: Part): number => {
    const at = parts.indexOf(part)
    const end = parts.findIndex(({ level }, n) => n > at && level <= of)
    return (end === -1 ? parts.length : end) - at
  }
  const moved = parts.splice(parts.indexOf(from), blockOf(from))
  if (moved.at(-1)?.body.at(-1) !== '') moved.at(-1)?.body.push('')
  const last = parts.at(-1)
  if (last?.body.at(-1) !== '') last?.body.push('')
  parts.splice(parts.indexOf(to) + blockOf(to), 0, ...moved)
  return `moved ${from.heading} behind ${to.heading}`
}

const editedHead = (head: readonly string[], word: () => string, chance: Chance): string[] =>
  head.flatMap((line) => {
    if (line.startsWith('trigger: null') && chance.is(0.4))
      return [`trigger: the ${word()} # ${word()}`]
    if (line.startsWith('impact: null') && chance.is(0.4))
      return ['impact:', `  # ${word()}`, '  numbers: { users: 40 }', `  says: "${word()}"`]
    if (line.startsWith('services:') && chance.is(0.4)) return [`services: [${word()}]`]
    return [line]
  })
