import { assert, constantFrom, property } from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { createRedactor } from '../../../src/redact/redactor.ts'
import { entityDecoder } from '../../../src/postmortem/public/entities.ts'
import { findLeaks, type Leak, type LeakRules } from '../../../src/postmortem/public/find-leaks.ts'
import { vocabularyOf } from '../../../src/postmortem/public/vocabulary.ts'
import { emptyState, applyEvent } from '../../../src/incident/fold.ts'
import { makeEvents, type TestDraft } from '../../events.ts'
import { goodFix } from '../outage.ts'
import { cpuMs } from '../../cpu-time.ts'

const SECRET = 'correct-horse-battery-staple'

const drafts: TestDraft[] = [
  ...goodFix,
  {
    type: 'note.added',
    data: { text: 'web2 and db-primary-01 were slow, see https://bücher.office/x' },
  },
  {
    type: 'command.recorded',
    data: { argv: ['systemctl', 'restart', 'login-api'], duration_ms: 5, exit_code: 0 },
  },
  {
    type: 'step.started',
    run: 'r1',
    step: 'look',
    data: {
      kind: 'sql',
      name: 'Look',
      effect: 'read',
      preview: 'select 1\non ledger-host:5433/logindb, read-only',
      digest: '0'.repeat(64),
      timeout_ms: 1,
    },
  },
]
const events = makeEvents(drafts)
const state = emptyState('2026-11-21-login-outage')
for (const event of events) applyEvent(state, event)

const vocabulary = vocabularyOf({
  events,
  state,
  head: {
    hotwash: 1,
    environment: 'blue-cell',
    roles: { incident_commander: 'Zoë Quell' },
    actions: [{ id: 'a', title: 'T', type: 'repair', owner: 'Wilma Brandt', tracker: 'LOGIN-512' }],
  },
  people: ['omar@corp.test'],
  names: ['payments-cluster'],
  texts: ['url: "postgres://svc_login@vault-db.prod.lan/sessions"'],
})

let rules: LeakRules
beforeAll(async () => {
  const redactor = createRedactor()
  redactor.add('TOKEN', SECRET)
  rules = {
    vocabulary,
    deny: ['project falcon', 'acme-*'],
    allow: [],
    secretIn: (text) => redactor.finds(text),
    unescape: await entityDecoder(),
  }
})

const leaks = (text: string, more: Partial<LeakRules> = {}): Leak[] =>
  findLeaks(text, { ...rules, ...more })
const kinds = (text: string): string[] => leaks(text).map(({ kind }) => kind)

describe('what is internal to this incident', () => {
  it.each([
    ['a person', 'Maria Example mended it', 'person'],
    ['a first name', 'then Maria mended it', 'person'],
    ['a name in the head', 'wilma brandt will see to it', 'person'],
    ['a role', 'led by Zoe Quell', 'person'],
    ['the local part of an address', 'asked omar about it', 'handle'],
    ['a host of a note', 'web2 was slow', 'host'],
    ['a host with a number', 'db-primary-01 was slow', 'host'],
    ['an argument of a command', 'we restarted login-api', 'internal name'],
    ['a database', 'rows in logindb were wrong', 'database'],
    ['its host', 'ledger-host was slow', 'host'],
    ['a database of a runbook', 'the table sessions', 'database'],
    ['a host of a runbook', 'vault-db was slow', 'host'],
    ['an input', 'only staging was hit', 'input'],
    ['the environment', 'in the blue-cell', 'environment'],
    ['a ticket of the head', 'see login-512', 'ticket'],
    ['the incident', 'about 2026-11-21-login-outage', 'incident'],
    ['a step', 'in approve_fix', 'step'],
    ['a name of hotwash.yaml', 'the payments-cluster', 'internal name'],
    ['a file of the log', 'app.dump was restored', 'internal name'],
    ['a denied word', 'known as Project  Falcon', 'denied'],
    ['a denied pattern', 'made by acme-rockets', 'denied'],
  ])('%s is found', (_, text, kind) => {
    expect(kinds(text)).toEqual([kind])
  })

  it('plain words of prose and of hotwash itself are not', () => {
    const text =
      'Logins failed for about 1,200 people between 10:02 and 10:41 UTC on 2026-11-21. The fix was ' +
      'read-only for users; support and/or sales answered 14 questions. We raised a limit (by 50%), ' +
      'e.g. for SEV1 and UTF-8, and use TLS-1.3, IPv6, HTTP/2, SHA-256 and Node.js. It will not ' +
      'happen again: a test runs each night. Detection took 4 min 10 s; mitigation, 38 min.'
    expect(leaks(text)).toEqual([])
  })
})

describe('what is internal by its looks', () => {
  it.each([
    ['10.2.3.4', 'address'],
    ['fe80::1:2', 'address'],
    ['ip-10-2-3-4', 'address'],
    ['52:54:00:12:34:56', 'address'],
    ['someone@elsewhere.example', 'e-mail'],
    ['@oncall-lead', 'handle'],
    ['#war-room', 'channel'],
    ['https://grafana.elsewhere.io/d/7', 'url'],
    ['queue.elsewhere.internal', 'host'],
    ['localhost', 'host'],
    ['cache:6379', 'host'],
    ['db-9', 'host'],
    ['redis-session-02', 'host'],
    ['checkout-7d9f8b6c5d-x2x4z', 'host'],
    ['/var/lib/other/data', 'path'],
    ['~/notes', 'path'],
    ['C:\\Users\\kim', 'path'],
    ['src/login/session.ts', 'file'],
    ['settings.yaml', 'file'],
    ['OPS-1234', 'ticket'],
    ['#4711', 'ticket'],
    ['feature/faster-login', 'branch'],
    ['1a2b3c4d5e', 'commit'],
    ['123e4567-e89b-12d3-a456-426614174000', 'internal name'],
    ['SESSION_KEY', 'setting'],
    ['max_connections', 'setting'],
    ['+49 30 1234567', 'phone'],
    ['[^e12]', 'citation'],
    ['AKIAABCDEFGHIJKLMNOP', 'secret'],
    ['ghp_abcdefghijklmnopqrstuvwxyz0123456789', 'secret'],
    ['eyJhbGciOiJI.eyJzdWIiOiIx.abc', 'secret'],
    ['-----BEGIN PRIVATE KEY', 'secret'],
    ['password: hunter22', 'secret'],
    ['[masked:DB_PASSWORD]', 'secret'],
    ['Zk3vQ9xLm2Rt7Wb1Yc5Nd8Pf4', 'secret'],
  ])('%s is %s', (text, kind) => {
    expect(kinds(`It was ${text} that failed.`)).toEqual([kind])
  })

  it('a declared secret is found in every form, and never quoted', () => {
    for (const form of [
      SECRET,
      Buffer.from(SECRET).toString('base64'),
      encodeURIComponent(SECRET),
    ]) {
      const found = leaks(`one\ntwo ${form}\n`)
      expect(found[0]).toMatchObject({ kind: 'secret' })
      const all = JSON.stringify(found.filter(({ found }) => found.startsWith('secret ')))
      expect(all).not.toContain('horse')
    }
  })
})

describe('spelling tricks hide nothing', () => {
  it.each([
    ['upper case', 'MARIA EXAMPLE'],
    ['an entity', '&#77;aria Example'],
    ['a named entity', 'Maria&nbsp;Example'],
    ['an entity in an entity', '&amp;#77;aria Example'],
    ['a percent code', '%4Daria%20Example'],
    ['twice a percent code', '%254Daria Example'],
    ['a zero-width space', 'Ma\u200bria Example'],
    ['a soft hyphen', 'Ma\u00adria Example'],
    ['a filler', 'Ma\u3164ria Example'],
    ['accents', 'Márïa Exàmple'],
    ['full width', 'Ｍａｒｉａ Example'],
    ['another script', 'Mаriа Ехample'],
    ['emphasis', 'Ma**ri**a Example'],
    ['code', '`Maria` Example'],
    ['an escape', 'Maria\\- Example'.replace('\\- ', ' ')],
    ['a tag', 'Ma<b></b>ria Example'],
    ['a comment', 'Ma<!-- x -->ria Example'],
    ['a comment around it', '<!-- Maria Example -->'],
    ['a link', '[Ma](https://)ria Example'],
    ['a line break', 'Maria\nExample'],
    ['mathematical letters', '𝐌𝐚𝐫𝐢𝐚 Example'],
    ['letters with blanks between', 'M a r i a'],
    ['letters with dashes between', 'm-a-r-i-a,'],
    ['letters with more blanks between', 'M  a  r  i  a   E  x  a  m  p  l  e'],
  ])('%s', (_, text) => {
    expect(kinds(`So ${text} mended it`)).toContain('person')
  })

  it('letters that stand apart are read as a word, and shown as they stand', () => {
    const text = 'It was d b 0 1 . i n t e r n a l, they said, and **v a u l t - d b**.'
    expect(leaks(text).map(({ kind, found }) => [kind, found])).toEqual([
      ['host', 'd b 0 1 . i n t e r n a l'],
      ['host', 'v a u l t - d b'],
    ])
    expect(leaks(text, { allow: ['db01.internal', 'vault-db'] })).toEqual([])
  })

  it.each([
    'Options A, B, C and D; 1 2 3 4 5; e.g. U.S.A. and i.e. plan B; x = a * b + c - d / 2',
    '| # | A | B | C |\n| - | - | - | - |\n| 1 | 2 | 3 | 4 |',
    'We gave a + to I, a - to O: 7 of 9.',
    '- [ ] a\n- [x] b\n* * *\n- - - -',
    'G r o ß e Wirkung, s p e r r e d type',
  ])('letters that stand alone are none: %s', (text) => {
    expect(leaks(text)).toEqual([])
  })

  it('an address with words for its signs, a host in letters and in punycode', () => {
    expect(kinds('write to maria (at) example [dot] test now')).toContain('e-mail')
    expect(kinds('it was 10 . 1 . 2 . 3 again')).toContain('address')
    expect(kinds('see https://bücher.office/x')).not.toEqual([])
    expect(kinds('asked xn--bcher-kva.office')).not.toEqual([])
  })
})

describe('what people allow', () => {
  it('passes as a whole, and as a page of an allowed site', () => {
    const allow = ['status.elsewhere.com', 'staging']
    expect(leaks('in staging; see https://status.elsewhere.com/history', { allow })).toEqual([])
    expect(leaks('see https://status.elsewhere.com.evil.io/', { allow })).not.toEqual([])
    expect(leaks('in staging-2', { allow: ['staging'] }).length).toBeGreaterThanOrEqual(0)
  })

  it('is no way for a secret', () => {
    expect(leaks(`it is ${SECRET}`, { allow: [SECRET] })).toMatchObject([{ kind: 'secret' }])
    expect(leaks('AKIAABCDEFGHIJKLMNOP', { allow: ['AKIAABCDEFGHIJKLMNOP'] })).toHaveLength(1)
  })
})

it('what is found is where it stands', () => {
  const text = 'First line.\nThen M&#97;ria said so.\n'
  const [leak] = leaks(text)
  expect(text.slice(leak?.start, leak?.end)).toBe('M&#97;ria')
})

it('any term of the vocabulary is found, wherever and however it is planted', () => {
  const terms = [...vocabulary.keys()]
  expect(terms.length).toBeGreaterThan(40)
  const filler = constantFrom('Logins failed.', 'We are sorry', '| When | Who |\n| --- | --- |', '')
  const disguise = constantFrom<(term: string) => string>(
    (term) => term,
    (term) => term.toUpperCase(),
    (term) => `**${term}**`,
    (term) => `(${term})`,
    (term) => Array.from(term).join('\u200b'),
    (term) =>
      Array.from(term)
        .map((char) => `&#${char.codePointAt(0)};`)
        .join(''),
    (term) =>
      Array.from(term)
        .map((char) => encodeURIComponent(char))
        .join(''),
    // Shorter ones are in too many words.
    (term) => (term.length < 4 ? term : Array.from(term).join(' ')),
    (term) => `<i>${term.slice(0, 2)}</i>${term.slice(2)}`,
  )
  assert(
    property(constantFrom(...terms), disguise, filler, filler, (term, hide, before, after) => {
      const text = `${before}\n\nso ${hide(term)} it was\n\n${after}`
      const start = before.length + 2
      return leaks(text).some((leak) => leak.start >= start && leak.start < text.length)
    }),
    { numRuns: 400 },
  )
})

it('a text of 100 kB is looked through in a moment, whatever is in it', () => {
  for (const hostile of [
    'a'.repeat(100_000),
    '&#'.repeat(50_000),
    '<!--'.repeat(25_000),
    'a.'.repeat(50_000),
    '/a'.repeat(50_000),
    '['.repeat(100_000),
    'a_'.repeat(50_000),
    '1:'.repeat(50_000),
    '%41'.repeat(33_000),
    'a-'.repeat(50_000),
    'a '.repeat(50_000),
    `${'a b '.repeat(25_000)}ab`,
    '<a '.repeat(33_000),
    '('.repeat(100_000),
    ' '.repeat(100_000),
    'a@'.repeat(50_000),
  ]) {
    const began = cpuMs()
    leaks(hostile)
    expect({ hostile: hostile.slice(0, 6), slow: cpuMs() - began > 2_000 }).toMatchObject({
      slow: false,
    })
  }
})
