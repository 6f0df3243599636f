/** What is expected of a schema, said in one way whether YAML or another database says it. Pure. */
import type { Catalog, Column, Database, Index } from '../../../ports/database.ts'
import type { SchemaParams } from './params.ts'

/** What is undefined is not compared. */
export type ExpectedColumn = {
  type?: string | undefined
  nullable?: boolean | undefined
  generated?: boolean | undefined
  absent?: true | undefined
}
export type ExpectedIndex = {
  columns?: readonly string[] | undefined
  unique?: boolean | undefined
  /** null: all rows. */
  where?: string | null | undefined
  invalid?: boolean | undefined
  absent?: true | undefined
  /** The engine named it: any index like it will do. */
  unnamed?: true | undefined
}
export type ExpectedTable = {
  absent?: true | undefined
  columns: ReadonlyMap<string, ExpectedColumn>
  indexes: ReadonlyMap<string, ExpectedIndex>
  /** What is not named must not be there. */
  exact: { columns: boolean; indexes: boolean }
}
export type Expected = ReadonlyMap<string, ExpectedTable>

export function expectedByRunbook(tables: NonNullable<SchemaParams['tables']>): Expected {
  const expected = Object.entries(tables).map(
    ([name, { columns, indexes, absent }]): [string, ExpectedTable] => [
      name,
      {
        absent,
        columns: new Map(
          Object.entries(columns ?? {}).map(([column, given]) => [
            column,
            typeof given === 'string' ? { type: given } : given,
          ]),
        ),
        indexes: new Map(
          Object.entries(indexes ?? {}).map(([index, given]) => [
            index,
            { ...given, invalid: false },
          ]),
        ),
        exact: { columns: false, indexes: false },
      },
    ],
  )
  return new Map(expected)
}

/** `namesOnly`: of an engine whose types and indexes mean something else. */
export function expectedByCatalog(
  { tables, indexes }: Pick<Catalog, 'tables' | 'indexes'>,
  { namesOnly }: { namesOnly: boolean },
): Expected {
  const expected = Object.entries(tables).map(([name, columns]): [string, ExpectedTable] => [
    name,
    {
      columns: new Map(columns.map((one) => [one.column, namesOnly ? {} : columnAsIs(one)])),
      indexes: new Map(
        namesOnly
          ? []
          : Object.entries(indexes[name] ?? {}).map(([index, one]) => [index, indexAsIs(one)]),
      ),
      exact: { columns: true, indexes: !namesOnly },
    },
  ])
  return new Map(expected)
}

const columnAsIs = ({ type, nullable, generated }: Column): ExpectedColumn => ({
  type,
  nullable,
  generated: generated === true,
})

const indexAsIs = ({ columns, unique, where, unnamed, invalid }: Index): ExpectedIndex => ({
  columns,
  unique,
  where: where ?? null,
  invalid: invalid === true,
  unnamed,
})

/** A dot inside of quotes belongs to the name. */
const HAS_SCHEMA = /^(?:"(?:[^"]|"")+"|[^".]+)\./

/**
 * The catalog with names as this connection would write them: what is in its own schema stands
 * without one, so that a schema `app` and a schema `public` can be compared.
 */
export function asSeenFromHere(catalog: Catalog): Catalog {
  const { schema } = catalog
  if (schema === '' || schema === 'public') return catalog
  const own = `${schema}.`
  const name = (given: string): string => {
    if (given.startsWith(own)) return given.slice(own.length)
    return HAS_SCHEMA.test(given) ? given : `public.${given}`
  }
  const named = <T>(record: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [name(key), value]))
  return {
    ...catalog,
    tables: named(catalog.tables),
    indexes: named(catalog.indexes),
    others: named(catalog.others),
  }
}

const literal = (part: string) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')

/** Which tables are compared with another database. */
export function selecting({ only, ignore }: Pick<SchemaParams, 'only' | 'ignore'>) {
  const matching = (patterns: readonly string[]) => {
    const whole = patterns.map((pattern) => pattern.split('*').map(literal).join('.*'))
    return new RegExp(`^(?:${whole.join('|')})$`, 's')
  }
  const wanted = only && matching(only)
  const unwanted = ignore && matching(ignore)
  return (table: string): boolean =>
    (wanted?.test(table) ?? true) && !(unwanted?.test(table) ?? false)
}

/** Names that differ in case only are the same to SQLite. */
export const foldFor = (...engines: readonly Database['engine'][]) =>
  engines.includes('sqlite') ? (name: string) => name.toLowerCase() : (name: string) => name
