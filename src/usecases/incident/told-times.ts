/** The times that a command was told, as an `incident.updated` holds them. */
import { HotwashError } from '../../errors.ts'
import type { EventData } from '../../incident/event.ts'
import { defined } from '../../incident/defined.ts'
import { readSource, readTime, type ToldTime } from './read-time.ts'

export type UpdateData = Partial<EventData['incident.updated']>

const TOLD_BY = [
  ['effective_at', 'at', '--at'],
  ['detected_at', 'detectedAt', '--detected-at'],
  ['impact_start', 'impactStart', '--impact-start'],
] as const

type TimesRequest = {
  at?: string | undefined
  detectedAt: string | undefined
  impactStart: string | undefined
  source: string | undefined
}

/** The times of an `incident.updated`, how well each is known, and where they are known from. */
export function toldTimes(request: TimesRequest, nowMs: number): UpdateData {
  const told = TOLD_BY.flatMap(([field, key, flag]): [string, ToldTime][] => {
    const text = request[key]
    return text === undefined ? [] : [[field, readTime(text, flag, nowMs)]]
  })
  if (request.source !== undefined && told.length === 0) throw needsTime()
  const rough = told.filter(([, { precision }]) => precision !== 'exact')
  return defined({
    ...Object.fromEntries(told.map(([field, { at }]) => [field, at])),
    precisions:
      rough.length === 0
        ? undefined
        : Object.fromEntries(rough.map(([field, { precision }]) => [field, precision])),
    source: request.source === undefined ? undefined : readSource(request.source),
  }) as UpdateData
}

export const needsTime = (): HotwashError =>
  new HotwashError('USAGE', '--source says where a time is known from, and no time is given', {
    hint: 'give --at, --detected-at or --impact-start with it',
  })
