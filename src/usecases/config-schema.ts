/** What hotwash.yaml may say. Loaded only where there is such a file: zod and yaml are heavy. */
import { z } from 'zod'
import { severity } from '../incident/event.ts'
import { RULE_IDS } from '../postmortem/lint/rule-ids.ts'
import { CRITERIA } from '../postmortem/review-criteria.ts'
import { DEFAULTS, type Config } from './config.ts'
import { parseYamlAs } from './parse-yaml-as.ts'

const branch = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^-~^:?*[\\\s][^~^:?*[\\\s]*$/, 'a branch name')

const database = z
  .string()
  .min(1)
  .max(500)
  .regex(/^(?!.*(:\/\/|@)).*$/, 'host:port/name or the path of a SQLite file, not a url')

const origin = z
  .string()
  .max(500)
  .refine((text) => isOrigin(text), 'an origin, such as http://127.0.0.1:8000, without a path')

const isOrigin = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const { protocol, origin, href } = new URL(text)
  return /^https?:$/.test(protocol) && href === `${origin}/`
}

const rehearsal = z.strictObject({
  databases: z.array(database).max(100).default([]).describe('host:port/name, or SQLite paths'),
  urls: z.array(origin).max(100).default([]).describe('origins, such as http://127.0.0.1:8000'),
  commands: z.boolean().default(false).describe('commands may be run'),
  inputs: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
    .default({})
    .describe('inputs of every rehearsal; -i wins'),
})

const lintRule = z
  .string()
  .refine(
    (id) => RULE_IDS.some((known) => known === id),
    'a rule of `postmortem lint`: docs/postmortem-rules.md',
  )

const review = z.strictObject({
  approvals: z
    .int()
    .min(0)
    .max(20)
    .default(DEFAULTS.review.approvals)
    .describe('how many people have to approve a report'),
  require: z
    .array(z.enum(CRITERIA))
    .default([...DEFAULTS.review.require])
    .describe('what has to hold before the review is closed'),
})

const server = z
  .string()
  .max(500)
  .refine(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    'a url, such as https://git.example.test',
  )
  .transform((text) => text.replace(/\/+$/, ''))

const trackers = z.strictObject({
  github: z
    .strictObject({
      repo: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'owner/name'),
      url: server.optional().describe('of the API of a server of your own'),
    })
    .optional(),
  gitlab: z
    .strictObject({
      project: z
        .union([z.string(), z.int()])
        .transform(String)
        .pipe(z.string().regex(/^(\d+|[\w.-]+(\/[\w.-]+)+)$/, 'group/name, or its number')),
      url: server.optional().describe('of a server of your own'),
    })
    .optional(),
})

const publicWord = z.string().trim().min(2).max(200)

const publicRules = z.strictObject({
  deny: z
    .array(publicWord)
    .max(1_000)
    .default([])
    .describe('words that no published text may hold; * stands for anything but white space'),
  allow: z
    .array(publicWord)
    .max(1_000)
    .default([])
    .describe('words that may be published although they look internal; never a secret'),
})

export const configSchema = z.strictObject({
  default_branch: branch.optional().describe('where incident branches start'),
  remote: branch.default(DEFAULTS.remote).describe('where incident branches are pushed'),
  push: z.boolean().default(DEFAULTS.push).describe('push after each commit of the record'),
  teams: z
    .record(z.string().min(1), z.array(z.email()).min(1))
    .default({})
    .describe('team names and the e-mail addresses of their members'),
  severities: z
    .array(severity)
    .min(1)
    .default([...DEFAULTS.severities])
    .describe('the worst first'),
  chromium: z
    .string()
    .max(4_000)
    .regex(/^\//, 'an absolute path')
    .optional()
    .describe('absolute path of the Chromium that makes PDFs; not in the repository'),
  rehearsal: rehearsal.optional().describe('what `run --rehearse` may touch'),
  lint: z
    .strictObject({
      rules: z
        .record(lintRule, z.enum(['error', 'warning', 'off']))
        .default({})
        .describe('by id, as [the rules](postmortem-rules.md) name them'),
    })
    .default(DEFAULTS.lint)
    .describe('which rules of `postmortem lint` count, and how much'),
  review: review.prefault({}).describe('what closes the review of a post-mortem'),
  trackers: trackers.prefault({}).describe('where `actions sync` keeps issues'),
  public: publicRules.prefault({}).describe('what `postmortem publish` refuses and lets pass'),
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
  const parsed = parseYamlAs(configSchema, { text, file, code: 'INVALID_CONFIG', refused })
  const { default_branch, state_dir, chromium, rehearsal } = parsed
  return { ...parsed, default_branch, state_dir, chromium, rehearsal }
}
