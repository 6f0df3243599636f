import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CONFIG_EXAMPLE, pages } from '../docs/pages.ts'
import { parseConfig } from '../src/usecases/config-schema.ts'

const DOCS = join(import.meta.dirname, '..', 'docs')

describe('generated docs', async () => {
  it.each(Object.entries(await pages()))('%s is what the code says', (name, text) => {
    expect(readFileSync(join(DOCS, name), 'utf8')).toBe(text)
  })

  it('show a configuration that is accepted', () => {
    expect(parseConfig(CONFIG_EXAMPLE, 'hotwash.yaml')).toMatchObject({ push: true })
  })
})
