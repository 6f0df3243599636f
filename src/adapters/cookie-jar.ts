/**
 * Cookie jars on tough-cookie. Making a jar is synchronous while the library is loaded late, so a
 * jar keeps what it was given until the first exchange, which loads the library, needs it.
 */
import { randomUUID } from 'node:crypto'
import type * as Tough from 'tough-cookie'
import type { CookieJar, HttpCookie } from '../ports/http.ts'

export type Jar = CookieJar & {
  /** What a browser would send to this address. */
  header(url: string): string
}

let tough: typeof Tough | undefined

export const loadCookies = async (): Promise<void> => {
  tough ??= await import('tough-cookie')
}

export const createJar = (): Jar => {
  const waiting: { url: string; cookie: string }[] = []
  let inner: Tough.CookieJar | undefined
  const jar = (): Tough.CookieJar | undefined => {
    if (tough === undefined) return undefined
    // Services under test live on localhost, bare addresses and .test names: all may hold cookies.
    inner ??= new tough.CookieJar(undefined, {
      rejectPublicSuffixes: false,
      allowSpecialUseDomain: true,
      allowSecureOnLocal: true,
      looseMode: true,
    })
    for (const { url, cookie } of waiting.splice(0)) put(inner, url, cookie)
    return inner
  }
  return {
    id: randomUUID(),
    cookies: (url) => (jar()?.getCookiesSync(url) ?? []).map(plain),
    set: (url, cookie) => {
      waiting.push({ url, cookie })
      jar()
    },
    // Most jars of a load are made for one request and never hold anything.
    header: (url) =>
      inner === undefined && waiting.length === 0 ? '' : (jar()?.getCookieStringSync(url) ?? ''),
  }
}

/** A cookie that a browser would refuse (foreign domain, bad prefix) is not kept, as there. */
const put = (jar: Tough.CookieJar, url: string, cookie: string): void => {
  jar.setCookieSync(cookie, url, { ignoreError: true })
}

/** What one answer sets, refused ones included: the checks judge what the server said. */
export const readSetCookies = (url: string, lines: readonly string[]): HttpCookie[] =>
  lines.flatMap((line) => {
    const cookie = tough?.Cookie.parse(line, { loose: true })
    if (cookie === undefined) return []
    cookie.domain ??= new URL(url).hostname
    return [plain(cookie)]
  })

const SAME_SITE = ['strict', 'lax', 'none'] as const

const plain = (cookie: Tough.Cookie): HttpCookie => {
  const expires = cookie.expiryTime()
  return {
    name: cookie.key,
    value: cookie.value,
    httpOnly: cookie.httpOnly,
    secure: cookie.secure,
    sameSite: SAME_SITE.find((site) => site === cookie.sameSite?.toLowerCase()),
    expiresMs: expires !== undefined && Number.isFinite(expires) ? expires : undefined,
    path: cookie.path ?? '/',
    domain: cookie.domain ?? '',
  }
}
