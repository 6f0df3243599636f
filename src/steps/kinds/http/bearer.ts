/** A session that lives in a header: the token that goes with a jar, so that a later step may use it. */
import type { CookieJar } from '../../../ports/http.ts'

const tokens = new WeakMap<CookieJar, string>()

export const setBearer = (jar: CookieJar, token: string): void => {
  tokens.set(jar, token)
}

export const bearerOf = (jar: CookieJar): string | undefined => tokens.get(jar)
