import { expect, test } from 'vitest'
import { hideSuspected } from '../../src/redact/suspected.ts'

/** Put together here, so that no scanner takes this file for a leak. */
const KEY = ['AKIA', 'Q7Z3M5N8P2R6T4VX'].join('')
const LONG = ['k9Lm2Qx7Vb4Nz8Rt1Wy6', 'Pc3Hd5Jf0Gs+TuAeIoB/'].join('')
const HEX = '9f8e7d6c5b4a39281706f5e4d3c2b1a0'

test.each([
  ['a key in prose', `the key ${KEY} was logged`, KEY],
  ['a bearer token in prose', `we used Bearer ${HEX} that day`, HEX],
  ['a bearer token in code', `curl -H "Authorization: Bearer ${HEX}" https://a.test`, HEX],
  ['a header with a password', 'Authorization: Basic c2hvcDpoOEt4MnBReg==', 'c2hvcDpoOEt4MnBReg=='],
  ['a header with a scheme of its own', `authorization: token ${HEX}`, HEX],
  ['a secret key of a cloud', `export AWS_SECRET_ACCESS_KEY=${LONG}`, LONG],
  ['a secret key in a table', `| AWS_SECRET_ACCESS_KEY | \`${LONG}\` |`, LONG],
  ['the address of a database', 'postgres://shop:h8Kx2pQz9w@db.test/shop', 'h8Kx2pQz9w'],
  ['a setting', 'PGPASSWORD=hunter22 psql', 'hunter22'],
  ['a setting in YAML', '  password: "hunter22xy"', 'hunter22xy'],
  ['a setting in JSON', '{"api_key": "a1b2c3d4e5"}', 'a1b2c3d4e5'],
  ['a setting in a table', '| DB_PASSWORD | hunter22xy |', 'hunter22xy'],
])('%s is hidden', (_, line, secret) => {
  const { text, hidden } = hideSuspected(`first\n${line}\nlast`)
  expect(text).not.toContain(secret)
  expect(text.split('\n')).toHaveLength(3)
  expect(hidden).toEqual([expect.objectContaining({ line: 2 })])
})

test.each([
  'He was the bearer of bad news, as bearer documentation explains.',
  'token: expired after 24 h; password: reset by support',
  '| Token | 2026-03-02 14:05 |',
  '| token | https://docs.example.test/2026/tokens |',
  'password: ${DB_PASSWORD_2}',
  'Digest sha256:9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a0',
])('what is no secret stays: %s', (line) => {
  expect(hideSuspected(line)).toEqual({ text: line, hidden: [] })
})

test('long lines without a secret cost little', () => {
  const line = `${'bearer '.repeat(20_000)}${'password: '.repeat(20_000)}${'a1'.repeat(200_000)}`
  const before = process.cpuUsage().user
  hideSuspected(line)
  expect((process.cpuUsage().user - before) / 1000).toBeLessThan(1500)
})
