import type { HttpCookie } from '../../../../ports/http.ts'
import { mustLogIn } from '../session.ts'
import { undeclared, type LoginCheck } from './check.ts'

export const cookieFlags: LoginCheck = {
  name: 'cookie_flags',
  missing: ({ flow }) =>
    flow.session.cookie === undefined
      ? 'the session is not in a cookie'
      : undeclared({ cookie: flow.cookie }),
  needsLogin: true,
  async run(run) {
    const [actor] = run.able
    if (actor === undefined) throw new Error('cookie_flags ran without an actor')
    const { cookies } = await mustLogIn(run, actor)
    const { http_only: httpOnly, secure, same_site: sameSite } = run.flow.cookie ?? {}
    const fits = (cookie: HttpCookie): boolean =>
      (httpOnly === undefined || cookie.httpOnly === httpOnly) &&
      (secure === undefined || cookie.secure === secure) &&
      (sameSite === undefined || cookie.sameSite === sameSite)
    const words = (flags: Flags): string => flagsInWords(flags, { httpOnly, secure, sameSite })
    return {
      passed: cookies.every(fits),
      seen: cookies.map((cookie) => `${cookie.name}: ${words(cookie)}`).join('; '),
      wanted: words({ httpOnly, secure, sameSite }),
    }
  },
}

type Flags = {
  httpOnly: boolean | undefined
  secure: boolean | undefined
  sameSite: string | undefined
}

/** Only the flags that were asked for. */
function flagsInWords(flags: Flags, asked: Flags): string {
  const parts: string[] = []
  if (asked.httpOnly !== undefined) parts.push(flags.httpOnly ? 'HttpOnly' : 'no HttpOnly')
  if (asked.secure !== undefined) parts.push(flags.secure ? 'Secure' : 'no Secure')
  if (asked.sameSite !== undefined) parts.push(`SameSite ${flags.sameSite ?? 'not set'}`)
  return parts.join(', ')
}
