import { expect, test } from 'vitest'
import { fixOf } from '../../src/catalog/fix.ts'
import { foldEvents } from '../../src/incident/fold.ts'
import { makeEvents, type TestDraft } from '../events.ts'

const DECLARED: TestDraft = {
  type: 'incident.declared',
  data: { title: 'Logins fail', severity: 'SEV2' },
}
const MITIGATED: TestDraft = { type: 'incident.updated', data: { status: 'mitigated' } }
const RESOLVED: TestDraft = { type: 'incident.resolved', data: {} }

const exec = (line: string, exit_code = 0): TestDraft => ({
  type: 'command.recorded',
  data: { argv: line.split(' '), duration_ms: 5, exit_code },
})

function commandsOf(...drafts: TestDraft[]): string[] | undefined {
  const events = makeEvents([DECLARED, ...drafts])
  return fixOf(events, foldEvents('2026-11-21-login-outage', events))?.commands
}

test('of improvised commands, those count that came before the end and may have changed something', () => {
  const restart = exec('systemctl restart login')
  expect(commandsOf(restart, MITIGATED, exec('systemctl restart mail'), RESOLVED)).toEqual([
    'systemctl restart login',
  ])
  expect(commandsOf(restart, exec('/bin/ls cache'), exec('df -h'), RESOLVED)).toEqual([
    'systemctl restart login',
  ])
  expect(commandsOf(exec('ls cache'), RESOLVED)).toBe(undefined)
  expect(commandsOf(exec('systemctl restart login', 1), RESOLVED)).toBe(undefined)
})

test('while an incident goes on, no command has ended it', () => {
  expect(commandsOf(exec('systemctl restart login'))).toBe(undefined)
})

test('the end is when people say it was, as sharp as they say it', () => {
  const ended = (effective_at: string, precision: 'exact' | 'minute'): TestDraft => ({
    type: 'incident.resolved',
    data: { effective_at, precision },
  })
  const [restart, late] = [exec('systemctl restart login'), exec('rm -r cache')]
  // Recorded one second apart from 10:00:01 on.
  expect(commandsOf(restart, late, ended('2026-11-21T10:00:01.000Z', 'exact'))).toEqual([
    'systemctl restart login',
  ])
  expect(commandsOf(restart, late, ended('2026-11-21T10:00:00.000Z', 'minute'))).toHaveLength(2)
})
