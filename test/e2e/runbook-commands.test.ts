import { describe, expect, it } from 'vitest'
import { freshPlace, hotwash, json } from '../hotwash.ts'

const GOOD = `hotwash: 1
name: Look around
owner: team
steps:
  - {id: look, run: [uptime], effect: read}
`
const place = freshPlace({
  files: {
    'runbooks/good.yaml': GOOD,
    'lonely.yaml': GOOD.replace('owner: team\n', ''),
    'bad.yaml': GOOD.replace('effect', 'efect'),
  },
})

describe('hotwash runbook lint', () => {
  it('exits 0 when there is nothing to say', () => {
    expect(hotwash(place, ['runbook', 'lint'])).toMatchObject({
      code: 0,
      stdout: '1 runbook read: 0 errors, 0 warnings\n',
    })
  })

  it('exits 9 for warnings alone', () => {
    const ended = hotwash(place, ['runbook', 'lint', 'lonely.yaml', '--json'])
    expect(ended.code).toBe(9)
    expect(json(ended)).toMatchObject({
      ok: false,
      exit_code: 9,
      error: { code: 'FOUND' },
      findings: [{ rule: 'missing-owner', severity: 'warning', file: 'lonely.yaml', line: 2 }],
    })
  })

  it('exits 3 for errors, with the place and a caret', () => {
    const ended = hotwash(place, ['runbook', 'lint', 'bad.yaml', 'good'])
    expect(ended.code).toBe(3)
    expect(ended.stdout).toContain('bad.yaml:5:31: UNKNOWN_KEY: unknown key "efect"')
    expect(ended.stdout).toContain(`\n${' '.repeat(34)}^\n`)
    expect(ended.stdout).toContain('did you mean "effect"?')
  })
})

describe('hotwash runbook list, show, schema', () => {
  it('lists those of the repository before those that come with hotwash', () => {
    const { runbooks } = json<{ runbooks: unknown[] }>(
      hotwash(place, ['runbook', 'list', '--json']),
    )
    expect(runbooks[0]).toEqual({
      path: 'runbooks/good.yaml',
      name: 'Look around',
      owner: 'team',
      severity: null,
      steps: 1,
      packaged: false,
    })
  })

  it('shows what each step does', () => {
    const ended = hotwash(place, ['runbook', 'show', 'good'])
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(ended.stdout).toContain('1. look\n     run, reads')
  })

  it('names the runbooks that there are when one is not found', () => {
    const ended = hotwash(place, ['runbook', 'show', 'goood'])
    expect(ended.code).toBe(2)
    expect(ended.stderr).toContain('did you mean good?')
  })

  it('prints a JSON Schema that can be saved as it is', () => {
    const { stdout } = hotwash(place, ['runbook', 'schema'])
    expect(JSON.parse(stdout)).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      required: ['hotwash', 'name', 'steps'],
    })
  })
})
