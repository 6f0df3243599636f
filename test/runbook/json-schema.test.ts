import { Ajv } from 'ajv'
import { loadAny } from './included.ts'
import { describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { runbookJsonSchema } from '../../src/runbook/json-schema.ts'
import { parseRunbook } from '../../src/runbook/parse.ts'
import { KINDS } from '../../src/steps/registry.ts'

const schema = runbookJsonSchema(KINDS)
const ajv = new Ajv({ strictTypes: false })
const isValid = ajv.compile(schema)

const around = (step: string): string => `# yaml-language-server: $schema=./runbook.schema.json
hotwash: 1
name: An example
owner: team
inputs: {email: {type: string, default: a@example.test}, base: {type: string, default: "http://x.example.test"}}
secrets: {ADMIN_PASSWORD: {env: ADMIN_PASSWORD}, USER_PASSWORD: {env: USER_PASSWORD}, PAGERDUTY_KEY: {env: PAGERDUTY_KEY}}
databases: {app: {url: "sqlite:app.db"}}
steps:
  - id: before
    snapshot: {git: true}
  - id: backup
    backup: {database: app}
  - id: example
${step.replaceAll(/^/gm, '    ')}
`

describe('runbookJsonSchema', () => {
  it('is a draft-07 schema', () => {
    expect(schema['$schema']).toBe('http://json-schema.org/draft-07/schema#')
    expect(ajv.validateSchema(schema)).toBe(true)
  })

  it('has a definition with a description for every kind', () => {
    const definitions = schema['definitions'] as Record<string, { description?: string }>
    for (const [word, kind] of Object.entries(KINDS)) {
      expect(definitions[`kind_${word}`]?.description).toBe(kind.summary)
    }
  })

  it.each(Object.values(KINDS).map((kind) => [kind.kind, kind.example]))(
    'and parse accept the example of %s',
    (_, example) => {
      const text = around(example)
      const parsed = parseRunbook({ text, path: 'example.yaml', kinds: KINDS, load: loadAny })
      expect(parsed.ok || parsed.issues).toBe(true)
      isValid(parseYaml(text))
      expect(isValid.errors ?? []).toEqual([])
    },
  )

  it.each([
    ['a misspelt field', 'run: [x]\ntimout: 5m'],
    ['a misspelt field of a kind', 'http: {urll: "http://x.example.test"}'],
    ['two kinds', 'run: [x]\nhttp: {url: "http://x.example.test"}'],
    ['no kind', 'name: nothing'],
    ['a bad value', 'run: [x]\non_failure: ignore'],
    ['a misspelt field of a nested body', 'run: [x]\nrollback: {run: [y], whn: "true"}'],
    ['a nested body without a kind', 'run: [x]\ncheck: {expect: "true"}'],
    ['a number as a duration', 'run: [x]\ntimeout: -1'],
  ])('and parse refuse %s', (_, step) => {
    const text = around(step)
    expect(isValid(parseYaml(text))).toBe(false)
    expect(parseRunbook({ text, path: 'x.yaml', kinds: KINDS }).ok).toBe(false)
  })
})
