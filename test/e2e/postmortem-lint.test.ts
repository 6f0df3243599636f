import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshPlace, hotwash } from '../hotwash.ts'

const REPORT = `# Logins failed

- First detected: 2026-03-04 10:15
- Repaired: 2026-03-04 11:43
- Time to repair: 2h 28m
`

test('a report of another tool is linted where there is no repository: text, annotations, SARIF, exit codes', () => {
  const place = freshPlace({
    git: false,
    files: {
      'bad.md': REPORT,
      'good.md': REPORT.replace('2h', '1h'),
      'warn.md': 'A human error.\n',
    },
  })
  const bad = hotwash(place, ['postmortem', 'lint', 'bad.md', 'good.md'])
  expect(bad.code).toBe(9)
  expect(bad.stdout).toContain(
    'bad.md:5:19: duration-mismatch: error: “2h 28m”, but from 2026-03-04 10:15 (line 3) to 2026-03-04 11:43 (line 4) it is 1 h 28 min',
  )
  expect(bad.stdout).toContain('2 reports read: 1 error, 0 warnings')
  const github = hotwash(place, ['postmortem', 'lint', 'bad.md', '--format', 'github'])
  expect(github.stdout).toMatch(/^::error file=bad\.md,line=5,col=19,title=duration-mismatch::/)
  const sarif = hotwash(place, [
    'postmortem',
    'lint',
    'bad.md',
    '--format',
    'sarif',
    '--output',
    'a.sarif',
  ])
  expect(sarif.code).toBe(9)
  expect(JSON.parse(readFileSync(join(place.dir, 'a.sarif'), 'utf8')).version).toBe('2.1.0')
  expect(hotwash(place, ['postmortem', 'lint', 'warn.md']).code).toBe(0)
  const unread = hotwash(place, ['postmortem', 'lint', 'gone.md', 'bad.md', '--json'])
  expect(unread.code).toBe(2)
  expect(JSON.parse(unread.stdout)).toMatchObject({
    findings: [{ rule: 'duration-mismatch' }],
    error: { code: 'USAGE', message: 'gone.md: there is no such file' },
  })
  const folder = hotwash(place, ['postmortem', 'lint', '.', '--output', '-'])
  expect(folder.code).toBe(9)
  expect(folder.stdout).toContain('3 reports read: 1 error, 1 warning')
  const strict = hotwash(place, ['postmortem', 'lint', 'warn.md', '--strict', '--json'])
  expect(strict.code).toBe(9)
  expect(JSON.parse(strict.stdout)).toMatchObject({
    command: 'postmortem lint',
    exit_code: 9,
    findings: [{ rule: 'human-error', file: 'warn.md', line: 1, column: 3 }],
    error: { code: 'FOUND' },
  })
})
