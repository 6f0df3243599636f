import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { importRunbooks } from '../../../src/usecases/import/import-runbook.ts'
import { openLab } from '../world.ts'

test('what looks like a secret in a checklist is masked in the draft, and told', async () => {
  const lab = await openLab({ git: false })
  try {
    lab.write('tasks.md', '# Restart\n\n1. Log in with password=Xq7Zt2vK9 there\n')
    const { runbooks, warnings } = await importRunbooks(lab.world, {
      files: ['tasks.md'],
      output: undefined,
    })
    expect(warnings).toEqual([
      'tasks.md:3: looks like a secret (password), and is masked: is it still valid?',
    ])
    expect(runbooks).toMatchObject([{ path: 'runbooks/restart.yaml', from: 'tasks.md', steps: 1 }])
    const draft = readFileSync(join(lab.dir, 'runbooks/restart.yaml'), 'utf8')
    expect(draft).toContain('[masked:suspected_password]')
    expect(draft).not.toContain('Xq7Zt2vK9')
  } finally {
    lab.close()
  }
})
