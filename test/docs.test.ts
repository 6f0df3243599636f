import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CONFIG_EXAMPLE, pages } from '../docs/pages.ts'
import { RUNBOOK_EXAMPLE } from '../docs/runbook-page.ts'
import { parseRunbook } from '../src/runbook/parse.ts'
import { KINDS } from '../src/steps/registry.ts'
import { parseConfig } from '../src/usecases/config-schema.ts'

const DOCS = join(import.meta.dirname, '..', 'docs')

describe('generated docs', async () => {
  it.each(Object.entries(await pages()))('%s is what the code says', (name, text) => {
    expect(readFileSync(join(DOCS, name), 'utf8')).toBe(text)
  })

  it('show a configuration that is accepted', () => {
    expect(parseConfig(CONFIG_EXAMPLE, 'hotwash.yaml')).toMatchObject({ push: true })
  })

  it('show a runbook that is accepted', () => {
    const parsed = parseRunbook({ text: RUNBOOK_EXAMPLE, path: 'locked-out.yaml', kinds: KINDS })
    expect(parsed).toMatchObject({ ok: true, warnings: [] })
  })
})
