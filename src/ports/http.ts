/** HTTP requests. The one adapter is undici's fetch with tough-cookie jars. */
export type HttpRequest = {
  method: string
  url: string
  headers: Readonly<Record<string, string>>
  body?: string | Uint8Array
  /** Redirects to follow; the last answer is the outcome. */
  redirects: number
  /** Why a redirect must not be followed there; undefined: it may. */
  refuseHop?: (url: string) => string | undefined
  jar?: CookieJar
  tls?: { ca?: string; insecure?: boolean }
  /** At most this much of the body is kept. */
  maxBytes: number
  signal: AbortSignal
}

export type HttpCookie = {
  name: string
  value: string
  httpOnly: boolean
  secure: boolean
  sameSite: 'strict' | 'lax' | 'none' | undefined
  /** ms since the epoch; undefined for a session cookie. */
  expiresMs: number | undefined
  path: string
  domain: string
}

export type HttpResponse = {
  status: number
  headers: Readonly<Record<string, string>>
  body: string
  bodyBytes: number
  /** Set by this exchange, redirects included. */
  cookies: readonly HttpCookie[]
  url: string
  durationMs: number
}

export type HttpFailure = {
  /** `not_sent`: no byte reached the server (refused, unknown host); `unknown`: sent, no answer. */
  state: 'not_sent' | 'unknown'
  code: string
  message: string
}

/** Opaque: a cookie jar of one actor. */
export type CookieJar = {
  readonly id: string
  cookies(url: string): readonly HttpCookie[]
  set(url: string, cookie: string): void
}

export type HttpPort = {
  send(
    request: HttpRequest,
  ): Promise<{ ok: true; response: HttpResponse } | { ok: false; failure: HttpFailure }>
  newJar(): CookieJar
  /** Loads what the first request would wait for, where that would be measured. */
  warmUp(): Promise<void>
}
