import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pages } from '../docs/pages.ts'

const DOCS = join(import.meta.dirname, '..', 'docs')

describe('generated docs', async () => {
  it.each(Object.entries(await pages()))('%s is what the code says', (name, text) => {
    expect(readFileSync(join(DOCS, name), 'utf8')).toBe(text)
  })
})
