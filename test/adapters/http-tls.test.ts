import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { createServer as createPlainServer } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { hasProgram } from '../machine.ts'
import { createHttpPort } from '../../src/adapters/http.ts'

it.skipIf(!hasProgram('openssl'))('trusts an unknown certificate only with its CA', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'hotwash-tls-'))
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...made, '-keyout', key, '-out', cert, ...subject], {
    stdio: 'ignore',
  })
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) =>
    response.end('safe'),
  )
  await new Promise<void>((resolve) => server.listen(0, resolve))
  const url = `https://localhost:${(server.address() as AddressInfo).port}/`
  const http = createHttpPort()
  const base = { method: 'POST', url, headers: {}, redirects: 0, maxBytes: 100 }
  const signal = AbortSignal.timeout(5_000)
  const refused = await http.send({ ...base, signal })
  expect(refused).toMatchObject({ ok: false, failure: { state: 'not_sent' } })
  expect(JSON.stringify(refused)).toContain('self-signed')
  const trusted = await http.send({ ...base, signal, tls: { ca: readFileSync(cert, 'utf8') } })
  expect(trusted).toMatchObject({ ok: true, response: { status: 200, body: 'safe' } })
  server.closeAllConnections()
  server.close()
})

it('says in words that a server speaks no TLS', async () => {
  const server = createPlainServer((_, response) => response.end('plain'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const request = { method: 'GET', url, headers: {}, redirects: 0, maxBytes: 100 }
  const sent = await createHttpPort().send({ ...request, signal: AbortSignal.timeout(5_000) })
  expect(sent).toMatchObject({
    ok: false,
    failure: { state: 'not_sent', message: expect.stringContaining('is it http:// there?') },
  })
  server.close()
})
