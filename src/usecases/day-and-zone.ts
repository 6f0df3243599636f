/** `--day` and `--zone`, which hold for times that say none themselves. */
import { HotwashError } from '../errors.ts'
import { isDay } from '../incident/day.ts'
import { zoneOf } from '../markdown/zones.ts'

export function checkZone(typed: string): string {
  const zone = zoneOf(typed)
  // A name that means several zones says nothing by itself.
  if (zone?.offsetAt(0) !== undefined) return typed
  throw new HotwashError('USAGE', `--zone ${typed}: not one time zone`, {
    hint: 'accepted: Europe/Berlin, +01:00, UTC',
  })
}

export function checkDay(typed: string): string {
  if (isDay(typed)) return typed
  throw new HotwashError('USAGE', `--day ${typed}: not a day`, { hint: 'accepted: 2026-11-20' })
}
