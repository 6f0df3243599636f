/** The keys that a zod schema accepts at a path: zod itself only says which key it does not know. */
import type { z } from 'zod'
import type { Path } from './problems.ts'

type Def = {
  type: string
  shape?: Record<string, z.ZodType>
  innerType?: z.ZodType
  in?: z.ZodType
  element?: z.ZodType
  valueType?: z.ZodType
  options?: readonly z.ZodType[]
}

const defOf = (schema: z.ZodType): Def => schema.def

/** Without what only wraps: optional, default, transform. */
function bare(schema: z.ZodType): z.ZodType[] {
  const { innerType, in: from, options } = defOf(schema)
  if (options) return options.flatMap(bare)
  const inner = innerType ?? from
  return inner ? bare(inner) : [schema]
}

function schemasAt(schema: z.ZodType, path: Path): z.ZodType[] {
  let reached = bare(schema)
  for (const key of path) {
    reached = reached.flatMap((one) => {
      const { shape, element, valueType } = defOf(one)
      const next = shape && Object.hasOwn(shape, key) ? shape[key] : (element ?? valueType)
      return next ? bare(next) : []
    })
  }
  return reached
}

export const acceptedKeys = (schema: z.ZodType, path: Path): string[] => [
  ...new Set(schemasAt(schema, path).flatMap((one) => Object.keys(defOf(one).shape ?? {}))),
]
