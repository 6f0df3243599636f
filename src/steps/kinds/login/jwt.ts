/** The signed token in a session, if it holds one; read, not verified. */
import type { Session } from './flow.ts'
import { wholeValue } from './whole-value.ts'

export type Jwt = { text: string; header: Record<string, unknown>; body: string }

const JWT = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)$/

export function tokenOf(session: Pick<Session, 'bearer' | 'cookies'>): Jwt | undefined {
  const values = [wholeValue(session), ...session.cookies.map(({ value }) => value)]
  for (const value of values) {
    const jwt = readJwt(plain(value))
    if (jwt !== undefined) return jwt
  }
  return undefined
}

const plain = (value: string): string => {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

function readJwt(text: string): Jwt | undefined {
  const [, head, body] = JWT.exec(text) ?? []
  if (head === undefined || body === undefined) return undefined
  try {
    const header: unknown = JSON.parse(Buffer.from(head, 'base64url').toString('utf8'))
    if (header === null || typeof header !== 'object') return undefined
    return { text, header: { ...header }, body }
  } catch {
    return undefined
  }
}
