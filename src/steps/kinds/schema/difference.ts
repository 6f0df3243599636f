/** Where a schema is not what is expected. Pure. */
import { counted } from '../../../incident/counted.ts'
import type { Catalog, Column, Index } from '../../../ports/database.ts'
import type { Expected, ExpectedColumn, ExpectedIndex, ExpectedTable } from './expected.ts'
import { typeName } from './type-names.ts'

export type Difference = {
  table: string
  column?: string
  index?: string
  migration?: string
  kind:
    | 'missing'
    | 'extra'
    | 'type'
    | 'nullable'
    | 'generated'
    | 'columns'
    | 'unique'
    | 'where'
    | 'invalid'
    | 'failed'
    | 'pending'
    | 'changed'
    | 'locked'
  expected: string
  found: string
  /** What may explain it. */
  hint?: string
}

export const NOTHING = 'nothing'

type Comparing = {
  found: Pick<Catalog, 'tables' | 'indexes' | 'others'>
  /** How this engine sees two names as one. */
  fold: (name: string) => string
  /** Whether tables that nobody expects are a difference, and which. */
  extra?: (table: string) => boolean
}

export function differences(expected: Expected, comparing: Comparing): Difference[] {
  const { found, fold, extra } = comparing
  const tables = byFolded(Object.entries(found.tables), fold)
  const indexes = byFolded(Object.entries(found.indexes), fold)
  const all = [...expected].flatMap(([name, wanted]) => {
    const key = [fold(name), fold(name.replace(/^public\./, ''))].find((one) => tables.has(one))
    const columns = key === undefined ? undefined : tables.get(key)
    if (wanted.absent === true) return columns === undefined ? [] : [unwanted(name, columns)]
    if (key === undefined || columns === undefined) return [missingTable(name, wanted, comparing)]
    return [
      ...compareColumns(name, wanted, { columns, fold }),
      ...compareIndexes(name, wanted, { indexes: indexes.get(key) ?? {}, fold }),
    ]
  })
  if (extra === undefined) return all
  const known = new Set([...expected.keys()].map(fold))
  const more = Object.entries(found.tables).filter(
    ([name]) => !known.has(fold(name)) && extra(name),
  )
  return [...all, ...more.map(([name, columns]) => unwanted(name, columns))]
}

const byFolded = <T>(entries: readonly [string, T][], fold: (name: string) => string) =>
  new Map(entries.map(([name, value]) => [fold(name), value]))

const unwanted = (table: string, columns: readonly Column[]): Difference => ({
  table,
  kind: 'extra',
  expected: NOTHING,
  found: `a table with ${counted(columns.length, 'column')}`,
})

function missingTable(table: string, wanted: ExpectedTable, { found }: Comparing): Difference {
  const other = Object.hasOwn(found.others, table) ? found.others[table] : undefined
  const names = [...wanted.columns.keys()]
  const columns = names.length === 0 ? '' : ` with ${names.slice(0, 5).join(', ')}`
  const more = names.length > 5 ? ` and ${names.length - 5} more` : ''
  return {
    table,
    kind: 'missing',
    expected: `a table${columns}${more}`,
    found: other === undefined ? NOTHING : `a ${other}`,
    ...hinted(likeNamed(table, Object.keys(found.tables))),
  }
}

/** A name that was quoted when it was made keeps its case, and another schema is easily overlooked. */
function likeNamed(name: string, known: readonly string[]): string | undefined {
  const last = (full: string) => full.slice(full.lastIndexOf('.') + 1).toLowerCase()
  const near = known.filter((one) => last(one) === last(name)).slice(0, 3)
  return near.length === 0 ? undefined : `there is ${near.join(', ')}`
}

const hinted = (hint: string | undefined) => (hint === undefined ? {} : { hint })

type Columns = { columns: readonly Column[]; fold: (name: string) => string }

function compareColumns(
  table: string,
  wanted: ExpectedTable,
  { columns, fold }: Columns,
): Difference[] {
  const found = new Map(columns.map((one) => [fold(one.column), one]))
  const all = [...wanted.columns].flatMap(([column, one]): Difference[] => {
    const seen = found.get(fold(column))
    if (one.absent === true) return seen ? [extraColumn(table, seen)] : []
    if (seen !== undefined) return compareColumn({ table, column }, one, seen)
    const near = likeNamed(
      column,
      [...found.values()].map((own) => own.column),
    )
    const difference = { table, column, kind: 'missing' as const, found: NOTHING }
    return [{ ...difference, expected: columnWords(one), ...hinted(near) }]
  })
  if (!wanted.exact.columns) return all
  const known = new Set([...wanted.columns.keys()].map(fold))
  const more = columns.filter(({ column }) => !known.has(fold(column)))
  return [...all, ...more.map((one) => extraColumn(table, one))]
}

const extraColumn = (table: string, seen: Column): Difference => ({
  table,
  column: seen.column,
  kind: 'extra',
  expected: NOTHING,
  found: columnWords(seen),
})

export function columnWords({ type, nullable, generated }: ExpectedColumn): string {
  const words = [
    type ?? 'a column',
    ...(nullable === false ? ['not null'] : []),
    ...(generated === true ? ['generated'] : []),
  ]
  return words.join(' ')
}

type Place = { table: string; column: string }

function compareColumn(place: Place, wanted: ExpectedColumn, seen: Column): Difference[] {
  const all: Difference[] = []
  const { type, nullable, generated } = wanted
  if (type !== undefined && type !== seen.type && typeName(type) !== typeName(seen.type)) {
    all.push({ ...place, kind: 'type', expected: type, found: seen.type })
  }
  if (nullable !== undefined && nullable !== seen.nullable) {
    const words = (may: boolean) => (may ? 'null allowed' : 'not null')
    const [expected, found] = [words(nullable), words(seen.nullable)]
    all.push({ ...place, kind: 'nullable', expected, found })
  }
  const isGenerated = seen.generated === true
  if (generated !== undefined && generated !== isGenerated) {
    const words = (is: boolean) => (is ? 'generated' : 'not generated')
    const [expected, found] = [words(generated), words(isGenerated)]
    all.push({ ...place, kind: 'generated', expected, found })
  }
  return all
}

type Indexes = { indexes: Readonly<Record<string, Index>>; fold: (name: string) => string }

function compareIndexes(
  table: string,
  wanted: ExpectedTable,
  { indexes, fold }: Indexes,
): Difference[] {
  const found = new Map(Object.entries(indexes).map(([name, one]) => [fold(name), one]))
  /** Of indexes that the engine named, each answers one expectation. */
  const left = new Map(Object.entries(indexes).filter(([, one]) => one.unnamed === true))
  const all = [...wanted.indexes].flatMap(([index, one]): Difference[] => {
    const byName = one.unnamed === true ? undefined : found.get(fold(index))
    const alike = byName ? undefined : [...left].find(([, own]) => sameIndex(one, own, fold))
    if (alike) left.delete(alike[0])
    const seen = byName ?? alike?.[1]
    if (one.absent === true) return byName ? [extraIndex(table, index, byName)] : []
    if (seen !== undefined) return compareIndex({ table, index }, one, { seen, fold })
    const near = Object.entries(indexes).find(([, own]) => sameIndex(one, own, fold))
    const hint = near && `there is ${near[0]} on the same columns`
    const difference = { table, index, kind: 'missing' as const, found: NOTHING }
    return [{ ...difference, expected: indexWords(one), ...hinted(hint) }]
  })
  if (!wanted.exact.indexes) return all
  const known = new Set([...wanted.indexes.keys()].map(fold))
  const more = Object.entries(indexes).filter(([name, one]) =>
    one.unnamed === true ? left.has(name) : !known.has(fold(name)),
  )
  return [...all, ...more.map(([name, one]) => extraIndex(table, name, one))]
}

const extraIndex = (table: string, index: string, seen: Index): Difference => ({
  table,
  index,
  kind: 'extra',
  expected: NOTHING,
  found: indexWords({ ...seen, where: seen.where ?? null }),
})

function sameIndex(wanted: ExpectedIndex, seen: Index, fold: (name: string) => string): boolean {
  const place = { table: '', index: '' }
  return wanted.columns !== undefined && compareIndex(place, wanted, { seen, fold }).length === 0
}

export function indexWords({ columns, unique, where, invalid }: ExpectedIndex): string {
  const on = columns === undefined ? '' : ` on ${columns.join(', ')}`
  return `${unique === true ? 'a unique index' : 'an index'}${on}${where ? ` where ${where}` : ''}${invalid === true ? ', invalid' : ''}`
}

type Seen = { seen: Index; fold: (name: string) => string }

function compareIndex(
  place: { table: string; index: string },
  { columns, unique, where, invalid }: ExpectedIndex,
  { seen, fold }: Seen,
): Difference[] {
  const all: Difference[] = []
  const listed = (names: readonly string[]) => names.map(fold).join('\n')
  if (columns !== undefined && listed(columns) !== listed(seen.columns)) {
    const [expected, found] = [columns.join(', '), seen.columns.join(', ')]
    all.push({ ...place, kind: 'columns', expected, found })
  }
  if (unique !== undefined && unique !== seen.unique) {
    const words = (is: boolean) => (is ? 'unique' : 'not unique')
    all.push({ ...place, kind: 'unique', expected: words(unique), found: words(seen.unique) })
  }
  if (where !== undefined && where !== (seen.where ?? null)) {
    const words = (given: string | null | undefined) => given ?? 'all rows'
    all.push({ ...place, kind: 'where', expected: words(where), found: words(seen.where) })
  }
  if (invalid !== undefined && invalid !== (seen.invalid === true)) {
    const words = (is: boolean) => (is ? 'invalid: building it broke off' : 'valid')
    all.push({ ...place, kind: 'invalid', expected: words(invalid), found: words(!invalid) })
  }
  return all
}
