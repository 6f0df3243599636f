/** The key that a token is verified with. */
import type { JSONWebKeySet } from 'jose'
import type { LoginRun } from '../flow.ts'
import { ask } from '../flow.ts'

const MAX_PEM_BYTES = 65_536

export async function readPublicKey(run: LoginRun): Promise<string | undefined> {
  const stated = run.flow.token?.public_key
  if (stated === undefined) return undefined
  const inline = stated.trimStart().startsWith('-----BEGIN')
  return inline ? stated : run.context.ports.files.readText(stated, MAX_PEM_BYTES)
}

/** A key for jose, or why there is none. */
export async function verifier(run: LoginRun): Promise<{ verify: Verify } | { problem: string }> {
  const jose = await import('jose')
  const { token } = run.flow
  const options = {
    algorithms: [...(token?.algorithms ?? [])],
    currentDate: new Date(run.context.ports.clock.now()),
    ...(token?.issuer === undefined ? {} : { issuer: token.issuer }),
    ...(token?.audience === undefined ? {} : { audience: token.audience }),
  }
  if (token?.secret !== undefined) {
    const key = new TextEncoder().encode(token.secret)
    return { verify: (text) => jose.jwtVerify(text, key, options) }
  }
  const pem = await readPublicKey(run)
  if (pem !== undefined) {
    const key = await jose.importSPKI(pem, options.algorithms[0] ?? 'RS256')
    return { verify: (text) => jose.jwtVerify(text, key, options) }
  }
  const url = token?.jwks ?? ''
  const jar = run.context.ports.http.newJar()
  const asked = await ask(run, { method: 'GET', url }, { jar, locals: {} })
  if (!asked.ok || asked.status !== 200) return { problem: `key set: ${asked.shape}` }
  const keys = jose.createLocalJWKSet(asked.outcome['json'] as unknown as JSONWebKeySet)
  return { verify: (text) => jose.jwtVerify(text, keys, options) }
}

type Verify = (text: string) => Promise<{ payload: { exp?: number; iss?: string } }>
