/** Named checks of a system, or the address at which a service tells its own health. */
import { z } from 'zod'
import { CATEGORIES } from '../../../incident/error-category.ts'
import { bodyWith, duration, type Rendered } from '../../../runbook/fields.ts'
import { requestFields } from '../http/request.ts'

const MOST_CHECKS = 100
const { url, headers, tls, redirects } = requestFields

const name = z.string().regex(/^[A-Za-z][\w.:-]{0,63}$/, {
  error: 'a check is named with letters, digits, _ . : and -',
})

const check = bodyWith({
  category: z
    .enum(CATEGORIES)
    .optional()
    .describe('what is in trouble when it fails; unless stated, by its name and what it says'),
  critical: z.boolean().default(true).describe('false: its failure degrades, and no more'),
  slow: duration().optional().describe('an answer that takes longer is degraded'),
})

/** Also what a snapshot takes as `health`. */
export const healthFields = {
  checks: z
    .record(name, check)
    .refine((given) => Object.keys(given).length > 0, { error: 'name a check' })
    .refine((given) => Object.keys(given).length <= MOST_CHECKS, {
      error: `at most ${MOST_CHECKS} checks`,
    })
    .optional()
    .describe('by name, each a step body that reads, carried out at the same time'),
  url: url.optional().describe("the service's own health endpoint"),
  headers,
  redirects,
  tls,
  slow: duration().optional().describe('an endpoint that takes longer is degraded'),
}

export const ONE_OF = { error: 'health has one of checks and url' }
export const oneOfBoth = (given: { checks?: unknown; url?: unknown }): boolean =>
  (given.checks === undefined) !== (given.url === undefined)

export const params = z.strictObject(healthFields).refine(oneOfBoth, ONE_OF)

export type HealthParams = Rendered<z.output<typeof params>>
export type HealthCheck = NonNullable<HealthParams['checks']>[string]
