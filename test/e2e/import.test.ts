import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshPlace, git, hotwash, ROOT } from '../hotwash.ts'

const fixture = (path: string): string => readFileSync(join(ROOT, 'test', 'fixtures', path), 'utf8')

test('an old report becomes an incident of the past, which is closed, merged and verified', () => {
  const place = freshPlace({
    files: { 'docs/book.md': fixture('post-mortems/book-template.md') },
  })
  const dry = hotwash(place, ['postmortem', 'import', 'docs/book.md', '--plan', '--json'])
  expect([dry.code, JSON.parse(dry.stdout).incidents[0].rows.length]).toEqual([0, 9])
  const done = hotwash(place, ['postmortem', 'import', 'docs/book.md'])
  expect([done.code, done.stderr]).toEqual([0, ''])
  const id = '2025-10-21-poem-search-is-down-incident-465'
  expect(done.stdout).toContain(`docs/book.md: imported as ${id}, severity not known`)
  const again = hotwash(place, ['postmortem', 'import', 'docs/book.md'])
  expect(again.stdout).toContain(`the same text is incident ${id} already; nothing was added`)
  const shown = hotwash(place, ['show', id])
  expect(shown.stdout).toContain('imported by Robin Example; when it was declared is not known')
  expect(hotwash(place, ['postmortem', 'show', id]).stdout).toContain('agoo: finds the word')
  expect(hotwash(place, ['close', id, '--merge']).code).toBe(0)
  expect(git(place, 'ls-files', 'incidents')).toContain(`incidents/2025/${id}/postmortem.md`)
  expect(hotwash(place, ['audit', 'verify', id]).code).toBe(0)
})

test('a checklist becomes a draft runbook that passes lint, shows its steps and is never overwritten', () => {
  const place = freshPlace({ files: { 'tasks.md': fixture('checklists/tasks.md') } })
  const done = hotwash(place, ['runbook', 'import', 'tasks.md'])
  expect(done.stdout).toContain(
    'runbooks/move-the-shop-to-the-new-database.yaml: 5 steps from tasks.md, for a person to do; with commands to look at: 2; ticked there: 1',
  )
  expect(hotwash(place, ['runbook', 'lint']).code).toBe(0)
  expect(hotwash(place, ['runbook', 'import', 'tasks.md'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('is there already, and is never overwritten') as string,
  })
})
