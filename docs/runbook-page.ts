/** docs/runbook.md: what stands around the steps of a runbook. */
import { z } from 'zod'
import {
  databaseSpec,
  defaults,
  inputSpec,
  runbookFields,
  secretSpec,
} from '../src/runbook/schema.ts'
import { cell, schemaOf, typeWords, type JsonSchema } from './schema-words.ts'

/** Held against the parser by the tests. */
export const RUNBOOK_EXAMPLE = `# runbooks/locked-out.yaml
hotwash: 1
name: Everybody is locked out of the shop
owner: team-shop
severity: SEV2
inputs:
  base: { type: string, default: "https://shop.example.test", description: Address of the shop }
secrets:
  DATABASE_URL: { env_file: app.env, key: DATABASE_URL }
databases:
  app: { url: "\${{ secrets.DATABASE_URL }}" }
guard:
  - { run: [test, -e, app.env] }
lock: shop-database
steps:
  - id: locked
    name: How many accounts are locked
    sql: { database: app, query: "select count(*)::int as n from accounts where locked" }
    outputs: { n: "rows[0].n" }
  - id: backup
    backup: { database: app, prove: restore }
  - id: unlock
    name: Unlock everybody
    when: steps.locked.outputs.n > 0
    sql: { database: app, query: "update accounts set locked = false" }
    effect: change
    rollback: { sql: { database: app, query: "update accounts set locked = true" }, effect: change }
    verify: { http: { url: "\${{ inputs.base }}/healthz" }, expect: status == 200 }
always:
  - { id: after, http: { url: "\${{ inputs.base }}/healthz" } }`

const HEAD = ['| Field | Type | Required | |', '|---|---|---|---|']

const rows = ({ properties = {}, required = [] }: JsonSchema): string[] =>
  Object.entries(properties).map(([name, field]) => {
    const type = ['steps', 'always'].includes(name) ? 'list of steps' : typeWords(field)
    const isRequired = required.includes(name) ? 'yes' : ''
    return `| \`${name}\` | ${cell(type)} | ${isRequired} | ${cell(field.description ?? '')} |`
  })

const part = (title: string, says: string, schema: z.ZodType): string[] => [
  `## ${title}`,
  '',
  says,
  '',
  ...HEAD,
  ...rows(schemaOf(schema)),
  '',
]

export const runbookPage = (): string =>
  [
    '# Fields of a runbook',
    '',
    'A YAML file in `runbooks/`. `hotwash runbook lint` finds every problem at once, with its place. What may stand in a step: [fields of every step](step-fields.md), and one [kind](kinds.md).',
    '',
    '```yaml',
    RUNBOOK_EXAMPLE,
    '```',
    '',
    ...HEAD,
    ...rows(schemaOf(z.strictObject(runbookFields))),
    '',
    '`${{ }}` and conditions know `inputs.NAME`, `secrets.NAME` (only where nothing shows it, such as `env`, `stdin`, headers, bodies, `params` and the url of a database; never in a command), `steps.ID.status`, `steps.ID.outputs.NAME`, `incident.id` and `run.id`.',
    '',
    ...part(
      'Inputs',
      'By name. A run keeps its inputs in the record, so that nothing secret belongs here.',
      inputSpec,
    ),
    ...part(
      'Secrets',
      'By name, each from exactly one place. They are masked wherever they would be seen, and never recorded.',
      secretSpec,
    ),
    ...part(
      'Databases',
      'By the name that `sql`, `backup`, `restore` and others use.',
      databaseSpec,
    ),
    ...part('Defaults', 'Of all steps of this runbook.', defaults),
  ].join('\n')
