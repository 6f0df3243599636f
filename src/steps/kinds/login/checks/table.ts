/** The checks of a login, in the order in which they are made and reported. */
import { cookieFlags } from './cookie-flags.ts'
import { concurrentLogins } from './concurrent-logins.ts'
import { logoutEndsThisSessionOnly, revoke } from './ending.ts'
import { forgedTokenRefused } from './forged-token.ts'
import { noSessionRefused, validLogin, whoami, wrongPasswordRefused } from './identity.ts'
import { isolation } from './isolation.ts'
import { survives } from './survives.ts'
import { token } from './token.ts'
import type { LoginCheck } from './check.ts'

export const LOGIN_CHECKS: readonly LoginCheck[] = [
  validLogin,
  whoami,
  noSessionRefused,
  wrongPasswordRefused,
  forgedTokenRefused,
  cookieFlags,
  token,
  isolation,
  logoutEndsThisSessionOnly,
  revoke,
  concurrentLogins,
  survives,
]
