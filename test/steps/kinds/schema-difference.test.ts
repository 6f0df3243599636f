/** Laws of the comparison, over many schemas; and the names of types. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Catalog, Column, Index } from '../../../src/ports/database.ts'
import { differences, type Difference } from '../../../src/steps/kinds/schema/difference.ts'
import { expectedByCatalog, selecting } from '../../../src/steps/kinds/schema/expected.ts'
import { typeName } from '../../../src/steps/kinds/schema/type-names.ts'
import { inWords } from '../../../src/steps/kinds/schema/words.ts'

type Schema = Pick<Catalog, 'tables' | 'indexes'>

const TYPES = ['text', 'varchar(20)', 'character varying(20)', 'int4', 'integer', 'timestamptz']
const names = fc.constantFrom('a', 'A', 'b', 'c', 'x.a', '__proto__', 'constructor')

const column = fc.record(
  {
    column: names,
    type: fc.constantFrom(...TYPES),
    nullable: fc.boolean(),
    generated: fc.constant(true as const),
  },
  { requiredKeys: ['column', 'type', 'nullable'] },
)
const index: fc.Arbitrary<Index> = fc.record(
  {
    columns: fc.array(names, { minLength: 1, maxLength: 2 }),
    unique: fc.boolean(),
    where: fc.constantFrom('a > 1', 'b is null'),
    invalid: fc.constant(true as const),
    unnamed: fc.constant(true as const),
  },
  { requiredKeys: ['columns', 'unique'] },
)
const table = fc.record({
  columns: fc.uniqueArray(column, { maxLength: 4, selector: (one) => one.column }),
  indexes: fc.dictionary(names, index, { maxKeys: 3 }),
})
const schema: fc.Arbitrary<Schema> = fc.dictionary(names, table, { maxKeys: 4 }).map((tables) => ({
  tables: Object.fromEntries(Object.entries(tables).map(([name, one]) => [name, one.columns])),
  indexes: Object.fromEntries(Object.entries(tables).map(([name, one]) => [name, one.indexes])),
}))

const between = (wanted: Schema, found: Schema): Difference[] =>
  differences(expectedByCatalog(wanted, { namesOnly: false }), {
    found: { ...found, others: {} },
    fold: (name) => name,
    extra: () => true,
  })

const sorted = (values: readonly unknown[]) => values.map((one) => JSON.stringify(one)).sort()

/** What is compared of a schema, and nothing else: order and the engine's own names are not. */
function facts({ tables, indexes }: Schema): string {
  const columns = (all: readonly Column[]) =>
    sorted(all.map((one) => [one.column, typeName(one.type), one.nullable, one.generated ?? false]))
  const ownIndexes = (name: string) =>
    sorted(
      Object.entries(indexes[name] ?? {}).map(([own, one]) => [
        one.unnamed === true ? null : own,
        one.columns,
        one.unique,
        one.where ?? null,
        one.invalid ?? false,
      ]),
    )
  return JSON.stringify(
    sorted(Object.entries(tables).map(([name, all]) => [name, columns(all), ownIndexes(name)])),
  )
}

describe('the difference of two schemas', () => {
  test('is empty of one with itself', () => {
    fc.assert(
      fc.property(schema, (one) => {
        expect(between(one, structuredClone(one))).toEqual([])
      }),
    )
  })

  test('is empty if and only if all that is compared is equal', () => {
    const pairs = fc.oneof(fc.tuple(schema, schema), nearlyEqual())
    fc.assert(
      fc.property(pairs, ([one, two]) => {
        expect(between(one, two).length === 0).toBe(facts(one) === facts(two))
      }),
      { numRuns: 2_000 },
    )
  })

  test('is missing one way where it is extra the other way', () => {
    const count = (all: readonly Difference[], kind: string) =>
      all.filter((one) => one.kind === kind && one.index === undefined).length
    fc.assert(
      fc.property(schema, schema, (one, two) => {
        const [there, back] = [between(one, two), between(two, one)]
        expect(count(there, 'missing')).toBe(count(back, 'extra'))
      }),
    )
  })

  test('is told in one line each, naming both sides', () => {
    fc.assert(
      fc.property(schema, schema, (one, two) => {
        for (const difference of between(one, two)) {
          const words = inWords(difference, { found: 'HERE', expected: 'THERE' })
          expect(words).toMatch(/^[^\n]*HERE[^\n]*THERE[^\n]*$/)
        }
      }),
    )
  })
})

/** One fact of a schema changed, or none, so that equal ones are seen as well. */
function nearlyEqual(): fc.Arbitrary<[Schema, Schema]> {
  return fc.tuple(schema, fc.nat(5), fc.constantFrom(...TYPES)).map(([one, what, type]) => {
    const two = structuredClone(one) as { tables: Record<string, Column[]>; indexes: never }
    const [name] = Object.keys(two.tables)
    const first = name === undefined ? undefined : two.tables[name]?.[0]
    if (first !== undefined) {
      if (what === 0) first.type = type
      if (what === 1) first.nullable = !first.nullable
      if (what === 2) two.tables[name ?? '']?.reverse()
      if (what === 3) two.tables[name ?? '']?.pop()
    }
    return [one, two]
  })
}

describe('a type', () => {
  test.each([
    ['VARCHAR(255)', 'character varying(255)'],
    ['varchar', 'character varying'],
    ['char', 'character(1)'],
    ['int8', 'bigint'],
    ['serial', 'integer'],
    ['bool', 'boolean'],
    ['float8', 'double precision'],
    ['decimal(10, 2)', 'numeric(10,2)'],
    ['numeric(10)', 'numeric(10,0)'],
    ['timestamptz', 'timestamp with time zone'],
    ['timestamp(3)', 'timestamp(3) without time zone'],
    ['timestamptz(3)', 'timestamp(3) with time zone'],
    ['timestamp with time zone', 'TIMESTAMP  WITH TIME ZONE'],
    ['int[]', 'integer[]'],
    ['_int4', 'integer[]'],
    ['integer array', 'integer[]'],
    ['text[3][3]', 'text[]'],
    ['varchar(20)[]', 'character varying(20)[]'],
    ['"Role"', 'Role'],
    ['bit varying(3)', 'varbit(3)'],
  ])('%s is %s', (one, two) => {
    expect(typeName(one)).toBe(typeName(two))
  })

  test.each([
    ['varchar', 'varchar(255)'],
    ['varchar(20)', 'varchar(21)'],
    ['text', 'varchar'],
    ['timestamp', 'timestamptz'],
    ['timestamp(3)', 'timestamp'],
    ['int', 'bigint'],
    ['int', 'int[]'],
    ['numeric', 'numeric(10,2)'],
    ['_mine', 'mine'],
  ])('%s is not %s', (one, two) => {
    expect(typeName(one)).not.toBe(typeName(two))
  })

  test('may be any text', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z_ ()0-9,"[\]]{0,20}$/), (type) => {
        expect(() => typeName(type)).not.toThrow()
      }),
    )
  })
})

test('patterns choose tables, and hold nothing but stars', () => {
  const chosen = selecting({ only: ['auth.*', 'users', 'a+b'], ignore: ['*_tmp'] })
  const tables = ['auth.users', 'users', 'users2', 'a+b', 'aab', 'auth.x_tmp', 'authXusers']
  expect(tables.filter(chosen)).toEqual(['auth.users', 'users', 'a+b'])
})
