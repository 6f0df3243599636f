/** How well the system is, as the kind health sees it. */
import type { Value } from '../../../incident/value.ts'
import { askEndpoint } from '../health/ask-endpoint.ts'
import { checkHealth } from '../health/check-health.ts'
import type { HealthParams } from '../health/params.ts'
import type { Collector } from './collector.ts'

export const collectHealth =
  (asked: HealthParams): Collector =>
  async (context, signal) => {
    const { url, checks = {} } = asked
    const within = { ...context, signal }
    const seen =
      url === undefined
        ? await checkHealth(checks, within)
        : await askEndpoint({ ...asked, url }, within)
    const parts = Object.entries(seen.checks).map(([name, one]): [string, Value] => [
      name,
      { ...one },
    ])
    return { status: seen.status, checks: Object.fromEntries(parts) }
  }
