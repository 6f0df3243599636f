/** The head of a report as JSON Schema, draft-07, for completion and red lines in editors. */
import { z } from 'zod'
import { frontMatterSchema } from './schema.ts'

export const frontMatterJsonSchema = (): Record<string, unknown> => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'https://hotwash.example/postmortem.schema.json',
  title: 'head of a hotwash post-mortem',
  ...z.toJSONSchema(frontMatterSchema, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
  }),
})
