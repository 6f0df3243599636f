import { HotwashError } from '../../errors.ts'
import { contradictionsIn } from '../../incident/metrics.ts'
import type { Published } from '../../ports/journal.ts'
import { publishNow } from '../publish-now.ts'
import { toldTimes } from './told-times.ts'
import type { RecordWorld } from '../record-world.ts'

const MOST_CHARACTERS = 200

export type DeclareRequest = {
  title: string
  severity: string
  detectedAt: string | undefined
  impactStart: string | undefined
  source: string | undefined
}

export async function declareIncident(
  world: RecordWorld,
  request: DeclareRequest,
): Promise<{
  incident: string
  title: string
  severity: string
  journal: string
  contradictions: string[]
  record: Published
}> {
  const title = checkTitle(request.title)
  const severity = checkSeverity(world, request.severity)
  const times = toldTimes(request, world.clock.now())
  const journal = world.store.create({ title })
  journal.append({ type: 'incident.declared', data: { title, severity } })
  if (Object.keys(times).length > 0) journal.append({ type: 'incident.updated', data: times })
  const contradictions = contradictionsIn(journal.events())
  const record = await publishNow(world, journal)
  return {
    incident: journal.incident,
    title,
    severity,
    journal: journal.dir,
    contradictions,
    record,
  }
}

export function checkTitle(given: string): string {
  const title = given.trim()
  if (title === '' || title.includes('\n')) {
    throw new HotwashError('USAGE', 'a title is one line of words', {
      hint: 'hotwash declare "Login fails for all users" --severity SEV2',
    })
  }
  if (title.length > MOST_CHARACTERS) {
    throw new HotwashError(
      'USAGE',
      `the title has ${title.length} characters, more than ${MOST_CHARACTERS}`,
      {
        hint: 'say the rest with: hotwash note TEXT',
      },
    )
  }
  return title
}

/** As hotwash.yaml spells it; the case that was typed does not matter. */
export function checkSeverity({ config }: Pick<RecordWorld, 'config'>, given: string): string {
  const known = config.severities.find((name) => name.toLowerCase() === given.toLowerCase())
  if (known !== undefined) return known
  throw new HotwashError('USAGE', `--severity ${given}: there is no such severity`, {
    hint: `one of: ${config.severities.join(', ')}`,
  })
}
