/** The table of kinds. A kind is a file in kinds/ and a line here. */
import type { z } from 'zod'
import type { Kind, KindTable } from './kind.ts'
import { http } from './kinds/http.ts'
import { login } from './kinds/login.ts'

/** Parameters differ from kind to kind: their type is erased here, once. */
const erased = <P extends z.ZodType>(kind: Kind<P>): Kind => kind as unknown as Kind

export const KINDS: KindTable = {
  http: erased(http),
  login: erased(login),
}
