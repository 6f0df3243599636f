/**
 * Three versions of a run of lines, merged by git. Git is given a number for each line, by what the
 * line says: it sees no padding, and no word of the report leaves the process. What git calls a
 * conflict because neighboring lines changed is looked at again, line by line.
 */
import { HotwashError } from '../../errors.ts'
import { combine, type Conflict, type Piece } from './combine.ts'
import { isBookkeeping, rowOfKey, says, type Line } from './lines.ts'

/** `git merge-file --diff3`: the merged text, with git's markers around what it could not merge. */
export type MergeFile = (texts: { base: string; yours: string; theirs: string }) => Promise<string>

export type Versions = { base: readonly Line[]; yours: readonly Line[]; theirs: readonly Line[] }

export type MergedLine = string | { yours: string[]; base: string[]; theirs: string[] }

export const mergeLines = async (
  versions: Versions,
  mergeFile: MergeFile,
): Promise<MergedLine[]> => {
  const { base, yours, theirs } = versions
  const [was, mine, other] = [says(base), says(yours), says(theirs)]
  const texts = textsOf(versions)
  // Nothing new in the record: not even the white space of a person's lines changes.
  if (was === other || mine === other)
    return yours.map((line) => (isBookkeeping(line) ? (texts.get(line.key) ?? '') : line.text))
  if (was === mine) return theirs.map(({ key }) => texts.get(key) ?? '')
  return (await threeWay(versions, mergeFile)).map((piece) => {
    // A row that was put together from cells of both sides is written by nobody yet, and neither may
    // the blank line be that keeps two paragraphs apart.
    const textOf = (key: string): string => texts.get(key) ?? (key === '' ? '' : rowOfKey(key))
    if (typeof piece === 'string') return textOf(piece)
    const { yours: a, base: b, theirs: c } = piece
    return { yours: a.map(textOf), base: b.map(textOf), theirs: c.map(textOf) }
  })
}

/** How a line with this key is written: as a person has it, but with the record's bookkeeping. */
const textsOf = ({ base, yours, theirs }: Versions): Map<string, string> => {
  const texts = new Map<string, string>()
  for (const line of [...theirs.filter(isBookkeeping), ...yours, ...theirs, ...base])
    if (!texts.has(line.key)) texts.set(line.key, line.text)
  return texts
}

const threeWay = async (versions: Versions, mergeFile: MergeFile): Promise<Piece[]> => {
  const numbers = new Map<string, number>()
  const keys: string[] = []
  const numbered = (lines: readonly Line[]): string =>
    lines
      .map(({ key }) => {
        const known = numbers.get(key) ?? keys.push(key) - 1
        numbers.set(key, known)
        return `${known}\n`
      })
      .join('')
  const merged = await mergeFile({
    base: numbered(versions.base),
    yours: numbered(versions.yours),
    theirs: numbered(versions.theirs),
  })
  const parts = partsOf(merged)
  refuseLoss(parts, { versions, numbers })
  const out: Piece[] = []
  for (const part of parts) {
    if (typeof part === 'number') {
      out.push(keys[part] ?? '')
      continue
    }
    const before = out.at(-1)
    const conflict = {
      yours: part.yours.map((n) => keys[n] ?? ''),
      base: part.base.map((n) => keys[n] ?? ''),
      theirs: part.theirs.map((n) => keys[n] ?? ''),
    }
    out.push(...combine({ ...conflict, before: typeof before === 'string' ? before : undefined }))
  }
  return out
}

type Numbers = { [side in keyof Conflict]: number[] }

/**
 * What of git's answer did not arrive must not cost anybody a line. A line is due that is there oftener
 * than both sides together deleted it.
 */
const refuseLoss = (
  parts: readonly (number | Numbers)[],
  { versions, numbers }: { versions: Versions; numbers: ReadonlyMap<string, number> },
): void => {
  const due = new Map<number | undefined, number>()
  const count = (lines: readonly Line[], by: 1 | -1): void => {
    for (const number of lines.map(({ key }) => numbers.get(key)))
      due.set(number, (due.get(number) ?? 0) + by)
  }
  count(versions.yours, 1)
  count(versions.theirs, 1)
  count(versions.base, -1)
  const there = new Set<number | undefined>(
    parts.flatMap((part) =>
      typeof part === 'number' ? [part] : [...part.yours, ...part.base, ...part.theirs],
    ),
  )
  if ([...due].some(([number, times]) => times > 0 && !there.has(number)))
    throw new HotwashError('JOURNAL', 'git merge-file gave back less than it was given', {
      hint: 'nothing was changed; run the command again',
    })
}

/** Reads git's markers: between them are numbers only, so that nothing else can look like one. */
const partsOf = (merged: string): (number | Numbers)[] => {
  const parts: (number | Numbers)[] = []
  let conflict: Numbers | undefined
  let side: keyof Numbers = 'yours'
  for (const line of merged.split('\n')) {
    if (line === '') continue
    if (line.startsWith('<<<<<<<')) {
      conflict = { yours: [], base: [], theirs: [] }
      side = 'yours'
    } else if (conflict === undefined) parts.push(Number(line))
    else if (line.startsWith('|||||||')) side = 'base'
    else if (line.startsWith('=======')) side = 'theirs'
    else if (line.startsWith('>>>>>>>')) {
      parts.push(conflict)
      conflict = undefined
    } else conflict[side].push(Number(line))
  }
  return parts
}
