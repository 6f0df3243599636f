/** What hotwash.yaml may say. Loaded only where there is such a file: zod and yaml are heavy. */
import { z } from 'zod'
import { severity } from '../incident/event.ts'
import { DEFAULTS, type Config } from './config.ts'
import { parseYamlAs } from './parse-yaml-as.ts'

const branch = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^-~^:?*[\\\s][^~^:?*[\\\s]*$/, 'a branch name')

const schema = z.strictObject({
  default_branch: branch.optional().describe('where incident branches start'),
  remote: branch.default(DEFAULTS.remote).describe('where incident branches are pushed'),
  push: z.boolean().default(DEFAULTS.push),
  teams: z
    .record(z.string().min(1), z.array(z.email()).min(1))
    .default({})
    .describe('team names and the e-mail addresses of their members'),
  severities: z
    .array(severity)
    .min(1)
    .default([...DEFAULTS.severities]),
  state_dir: z.string().min(1).optional().describe('an absolute path for dumps and locks'),
})

const NOT_YET = {
  signing: 'commits cannot be signed by this version',
  redact: 'patterns for undeclared secrets are not supported in this version; declare the secrets',
} as const

export function parseConfig(text: string, file: string): Config {
  const refused = (value: unknown) =>
    Object.entries(NOT_YET)
      .filter(([key]) => value !== null && typeof value === 'object' && Object.hasOwn(value, key))
      .map(([key, why]) => ({
        path: [key],
        code: 'CONFIG',
        message: `${key} is not supported in this version: ${why}`,
        hint: `leave ${key} out`,
      }))
  const parsed = parseYamlAs(schema, { text, file, code: 'INVALID_CONFIG', refused })
  return { ...parsed, default_branch: parsed.default_branch, state_dir: parsed.state_dir }
}
