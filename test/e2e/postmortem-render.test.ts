/** A report that people edit while the record grows: on its branch, in an editor, in a clone. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { freshPlace, git, hotwash, json, type Place } from '../hotwash.ts'
import { incidentOf } from '../journal-on-disk.ts'
import { describeInTerminal, endServer, openIn } from '../terminal.ts'

const declared = (place: Place): { id: string; branch: string; path: string } => {
  hotwash(place, ['declare', 'Login fails', '--severity', 'SEV2'])
  hotwash(place, ['note', 'users cannot log in'])
  const drafted = json(hotwash(place, ['postmortem', 'draft', '--json']))
  const id = incidentOf(place)
  return { id, branch: `incident/${id}`, path: drafted['path'] as string }
}

describe('a report that is edited on its branch', () => {
  it('is merged in the work tree, checked in CI, and shown where both changed the same', () => {
    const place = freshPlace()
    const { id, branch, path } = declared(place)
    expect(hotwash(place, ['postmortem', 'render', '--check']).code).toBe(0)
    const tree = join(place.home, 'tree')
    git(place, 'worktree', 'add', '-q', tree, branch)
    const file = join(tree, path)
    writeFileSync(
      file,
      readFileSync(file, 'utf8')
        .replace('## Impact', '## Who was hit')
        .replace(
          /^> \*\*To write:\*\* two or three.*\n<!-- to-write: summary -->/m,
          'Nobody could log in.',
        ),
    )
    hotwash(place, ['note', 'the bank called'])
    const checked = hotwash(place, ['postmortem', 'render', '--check'])
    expect(checked.code).toBe(9)
    expect(checked.stdout).toMatch(/^\+\| .*Note: the bank called/m)
    expect(checked.stdout).not.toContain('\u001B[')
    expect(checked.stderr).toContain(`hotwash postmortem render ${id}`)
    const rendered = json(hotwash(place, ['postmortem', 'render', '--json']))
    expect(rendered).toMatchObject({
      path,
      branch,
      template: 'google-sre',
      merged: true,
      conflicts: 0,
    })
    for (const words of ['## Who was hit', 'Nobody could log in.', 'Note: the bank called'])
      expect(readFileSync(file, 'utf8')).toContain(words)
    expect(hotwash(place, ['postmortem', 'render', '--check']).code).toBe(0)

    const [severity = ''] = /^\| Severity .*$/m.exec(readFileSync(file, 'utf8')) ?? []
    const words = readFileSync(file, 'utf8').replace(
      /^\| Severity .*$/m,
      '| Severity | it was bad |',
    )
    writeFileSync(file, words)
    hotwash(place, ['update', '--severity', 'SEV1'])
    const refused = json(hotwash(place, ['postmortem', 'draft', '--json']))
    expect(refused).toMatchObject({
      ok: false,
      exit_code: 9,
      conflicts: 1,
      error: { code: 'FOUND' },
    })
    expect(readFileSync(file, 'utf8')).toBe(words)
    const shown = hotwash(place, ['postmortem', 'diff'])
    expect(shown.code).toBe(0)
    expect(shown.stdout).toContain('+<<<<<<< yours')
    expect(shown.stderr).toContain('1 conflict')

    // Taken back: then it is the record's to say.
    writeFileSync(file, words.replace('| Severity | it was bad |', severity))
    expect(hotwash(place, ['postmortem', 'render']).code).toBe(0)
    expect(readFileSync(file, 'utf8')).toMatch(/^\| Severity +\| SEV1/m)
    git({ ...place, dir: tree }, 'commit', '-q', '-am', 'words')
    const clone = { ...place, dir: join(place.home, 'clone') }
    git(place, 'clone', '-q', '-b', branch, place.dir, clone.dir)
    const inClone = hotwash(clone, ['postmortem', 'render', id, '--check'])
    expect([inClone.code, inClone.stderr]).toEqual([0, ''])
  })
})

describeInTerminal('a merge that waits', () => {
  it('is resolved in the editor', async () => {
    const place = freshPlace()
    const { id, branch, path } = declared(place)
    const editor = join(place.home, 'editor.sh')
    const edit = async (script: string, wanted: RegExp): Promise<void> => {
      writeFileSync(editor, `#!/bin/sh\n${script}\n`)
      chmodSync(editor, 0o755)
      const terminal = openIn(place, 100, `postmortem edit ${id}`, { EDITOR: editor })
      try {
        await terminal.shows(wanted)
      } finally {
        endServer()
      }
    }
    await edit(
      `sed -i 's/^| Severity .*/| Severity | it was bad |/' "$1"`,
      /saved .*[^]*still to write: [^]*exit=0/,
    )
    hotwash(place, ['update', '--severity', 'SEV1'])
    const refused = hotwash(place, ['postmortem', 'render'])
    expect([refused.code, refused.stdout]).toEqual([9, ''])
    expect(refused.stderr).toContain(`hotwash postmortem edit ${id}`)
    await edit('true', /1 conflict still to resolve[^]*exit=9/)
    await edit(`sed -i '/^<<<<<<< /,/^=======$/d;/^>>>>>>> /d' "$1"`, /saved [^]*exit=0/)
    expect(git(place, 'show', `${branch}:${path}`)).toMatch(/^\| Severity +\| SEV1/m)
  })
})
