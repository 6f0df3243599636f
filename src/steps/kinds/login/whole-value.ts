/**
 * The value that carries a session: a bearer token, the first cookie, or, where that is the first of
 * several chunks (NAME.0, NAME.1), all of them put together. Changing one chunk alone would only
 * make it unreadable, which proves nothing about a signature.
 */
import type { HttpCookie } from '../../../ports/http.ts'
import type { Session } from './flow.ts'

const CHUNK = /^(.+)\.\d+$/

function leading(cookies: readonly HttpCookie[]): readonly HttpCookie[] {
  const base = CHUNK.exec(cookies[0]?.name ?? '')?.[1]
  if (base === undefined) return cookies.slice(0, 1)
  return cookies.filter(({ name }) => CHUNK.exec(name)?.[1] === base)
}

export const wholeValue = ({ bearer, cookies }: Pick<Session, 'bearer' | 'cookies'>): string =>
  bearer ??
  leading(cookies)
    .map(({ value }) => value)
    .join('')

/** The cookies with another value, cut as the first one was. */
export function withWholeValue(cookies: readonly HttpCookie[], value: string): HttpCookie[] {
  const changed = leading(cookies)
  const last = changed.at(-1)
  let rest = value
  return cookies.map((cookie) => {
    if (!changed.includes(cookie)) return cookie
    const part = cookie === last ? rest : rest.slice(0, cookie.value.length)
    rest = rest.slice(part.length)
    return { ...cookie, value: part }
  })
}
