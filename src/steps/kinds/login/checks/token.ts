/** The token is what it should be: algorithm, signature, issuer, and an end in the future. */
import { mustLogIn } from '../session.ts'
import { tokenOf, type Jwt } from '../jwt.ts'
import type { LoginRun } from '../flow.ts'
import { verifier } from './token-key.ts'
import { undeclared, type LoginCheck } from './check.ts'

export const token: LoginCheck = {
  name: 'token',
  missing: ({ flow }) => undeclared({ token: flow.token }),
  needsLogin: true,
  async run(run) {
    const [actor] = run.able
    if (actor === undefined) throw new Error('token ran without an actor')
    const jwt = tokenOf(await mustLogIn(run, actor))
    const issuer = run.flow.token?.issuer
    const algorithms = run.flow.token?.algorithms ?? []
    const of = issuer === undefined ? '' : `, issued by ${issuer}`
    const wanted = `signed with ${algorithms.join(' or ')}${of}, with an expiry in the future`
    if (jwt === undefined) return { passed: false, seen: 'the session is not a JWT', wanted }
    return { ...(await judge(run, jwt)), wanted }
  },
}

async function judge(run: LoginRun, jwt: Jwt): Promise<{ passed: boolean; seen: string }> {
  const algorithm = String(jwt.header['alg'])
  if (!run.flow.token?.algorithms.includes(algorithm)) {
    return { passed: false, seen: `signed with ${algorithm}` }
  }
  let payload: { exp?: number; iss?: string }
  try {
    const made = await verifier(run)
    if ('problem' in made) return { passed: false, seen: made.problem }
    payload = (await made.verify(jwt.text)).payload
  } catch (error) {
    return { passed: false, seen: inWords(error) }
  }
  if (payload.exp === undefined) return { passed: false, seen: 'the token never expires' }
  const minutes = Math.round((payload.exp * 1_000 - run.context.ports.clock.now()) / 60_000)
  return { passed: true, seen: `${algorithm}, verified, expires in ${minutes} min` }
}

/** jose names its errors by code; see its `errors` module. */
const WORDS: Readonly<Record<string, string>> = {
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'the signature does not match the key',
  ERR_JWT_EXPIRED: 'the token has expired already',
  ERR_JWKS_NO_MATCHING_KEY: 'no key of the key set matches the token',
  ERR_JWKS_INVALID: 'the key set is not one',
}

const inWords = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return WORDS[code] ?? (error instanceof Error ? error.message : String(error))
}
