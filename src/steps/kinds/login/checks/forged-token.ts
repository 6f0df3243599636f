/** A session that was made up must be refused: changed, unsigned (alg none), signed with another key. */
import { counted } from '../../../../incident/counted.ts'
import { replayed, isRefused, mustLogIn, refusedBy } from '../session.ts'
import type { LoginRun, Session } from '../flow.ts'
import { tokenOf, type Jwt } from '../jwt.ts'
import { wholeValue } from '../whole-value.ts'
import { readPublicKey } from './token-key.ts'
import { undeclared, type LoginCheck } from './check.ts'

export const forgedTokenRefused: LoginCheck = {
  name: 'forged_token_refused',
  missing: (run) =>
    undeclared({ whoami: run.flow.whoami, 'refused for whoami': refusedBy(run, 'whoami') }),
  needsLogin: true,
  async run(run) {
    const [actor] = run.able
    if (actor === undefined) throw new Error('forged_token_refused ran without an actor')
    const session = await mustLogIn(run, actor)
    const forged = await forge(run, session)
    const accepted: string[] = []
    for (const { how, value } of forged) {
      // Learnt, since parts of a real token are in it.
      run.context.learnSecret('forged session', value)
      const refused = await isRefused(
        run,
        replayed(run, session, () => value),
      )
      if (!refused.is) accepted.push(`${how}: ${refused.why}`)
    }
    const of = forged.length
    const names = forged.map(({ how }) => how).join(', ')
    const seen = `${of - accepted.length} of ${counted(of, 'forged session')} refused`
    return {
      passed: accepted.length === 0,
      seen: accepted.length === 0 ? `${seen} (${names})` : `${seen}; ${accepted.join('; ')}`,
      wanted: `${of} of ${of} refused`,
    }
  },
}

type Forged = { how: string; value: string }

async function forge(run: LoginRun, session: Session): Promise<Forged[]> {
  const forged: Forged[] = [{ how: 'changed', value: altered(wholeValue(session)) }]
  const jwt = tokenOf(session)
  if (jwt === undefined) return forged
  forged.push({ how: 'alg none', value: `${encoded({ ...jwt.header, alg: 'none' })}.${jwt.body}.` })
  const key = new TextEncoder().encode(run.context.ports.random.hex(32))
  forged.push({ how: 'signed with another key', value: await sign(jwt, key) })
  const pem = await readPublicKey(run)
  if (pem !== undefined) {
    const value = await sign(jwt, new TextEncoder().encode(pem))
    forged.push({ how: 'signed with the public key as a secret', value })
  }
  return forged
}

/**
 * Another value of the same length. In a token it is the signature that changes, and never its
 * last character, some bits of which mean nothing; never a part of %2F, which would make the whole
 * cookie unreadable: that proves nothing about a signature either.
 */
function altered(value: string): string {
  const at = Math.max(value.lastIndexOf('.') + 1, 0)
  const middle = at + Math.floor((value.length - at) / 2)
  const escaped = (index: number): boolean =>
    value.slice(Math.max(0, index - 2), index + 1).includes('%')
  const places = [0, 1, 2, 3, 4, 5, 6].flatMap((step) => [middle + step, middle - step])
  const fits = (index: number): boolean => index >= at && index < value.length && !escaped(index)
  const place = places.find(fits) ?? middle
  const by = value[place] === 'A' ? 'B' : 'A'
  return value.slice(0, place) + by + value.slice(place + 1)
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

async function sign(jwt: Jwt, key: Uint8Array): Promise<string> {
  const { CompactSign } = await import('jose')
  const payload = Buffer.from(jwt.body, 'base64url')
  return new CompactSign(payload).setProtectedHeader({ ...jwt.header, alg: 'HS256' }).sign(key)
}
