import { describe, expect, it } from 'vitest'
import { envelope, failureOfExit, resultOfError } from '../../src/cli/envelope.ts'
import { explain } from '../../src/cli/explain.ts'
import { ERRORS, EXIT, HotwashError, type Exit } from '../../src/errors.ts'

const place = { file: 'a.yaml', line: 3, column: 7 }

describe('envelope', () => {
  it('has the fixed fields first, then those of the command', () => {
    expect(envelope('list', { json: { incidents: [] } })).toEqual({
      version: 1,
      command: 'list',
      ok: true,
      exit_code: 0,
      warnings: [],
      incidents: [],
    })
  })

  it('cannot be overwritten by a command', () => {
    const made = envelope('x', { json: { ok: true, exit_code: 0, version: 9 }, exitCode: 4 })
    expect(made).toMatchObject({ ok: false, exit_code: 4, version: 1 })
  })

  it('names an error for every exit code but 0', () => {
    for (const exit of Object.keys(EXIT) as Exit[]) {
      const made = envelope('x', { json: {}, exitCode: EXIT[exit] })
      expect(made['error'] !== undefined).toBe(exit !== 'done')
    }
    expect(failureOfExit(4).code).toBe('STEP_FAILED')
    expect(failureOfExit(5).code).toBe('WAITING')
    expect(failureOfExit(99).code).toBe('BUG')
  })

  it('carries the place of the first issue, and all issues', () => {
    const issue = { code: 'Y17', message: 'unknown key', place, severity: 'error' as const }
    const result = resultOfError(new HotwashError('INVALID_RUNBOOK', 'bad', { issues: [issue] }))
    expect(result.exitCode).toBe(EXIT[ERRORS.INVALID_RUNBOOK.exit])
    expect(envelope('run', result)).toMatchObject({
      error: { code: 'INVALID_RUNBOOK', message: 'bad', ...place },
      issues: [issue],
    })
  })

  it('calls what nobody expected a bug', () => {
    expect(resultOfError(new TypeError('x is undefined'))).toMatchObject({
      exitCode: 1,
      error: { code: 'BUG' },
    })
    expect(resultOfError('thrown text')).toMatchObject({ exitCode: 1 })
  })
})

describe('explain', () => {
  it('shows file, line, column, the line with a caret, and the hint', () => {
    const error = new HotwashError('INVALID_RUNBOOK', 'the runbook has 1 problem', {
      hint: 'fix it',
      issues: [
        {
          code: 'Y17',
          message: 'unknown key "timout"',
          place,
          severity: 'error',
          excerpt: 'timout: 2m\n^',
          hint: 'did you mean timeout?',
        },
      ],
    })
    expect(explain(error, { debug: false })).toBe(
      [
        'error: the runbook has 1 problem',
        'a.yaml:3:7: Y17: unknown key "timout"',
        '    timout: 2m',
        '    ^',
        '    hint: did you mean timeout?',
        'hint: fix it',
      ].join('\n'),
    )
  })

  it('shows a stack only when asked, and how to report a bug always', () => {
    const bug = new HotwashError('BUG', 'boom', { cause: new TypeError('boom') })
    expect(explain(bug, { debug: false })).not.toMatch(/^ {4}at /m)
    expect(explain(bug, { debug: false })).toContain('Please report it')
    expect(explain(bug, { debug: true })).toContain('TypeError: boom')
  })
})
