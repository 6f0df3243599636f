import { HotwashError } from '../errors.ts'

/** `-i name=value`, `--value name=value`: everything behind the first `=` is the value. */
export function readPairs(pairs: readonly string[], flag: string): Record<string, string> {
  const read: Record<string, string> = Object.create(null) as Record<string, string>
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    if (at < 1) {
      throw new HotwashError('USAGE', `${flag} ${pair}: not name=value`, {
        hint: `for example: ${flag} environment=production`,
      })
    }
    const name = pair.slice(0, at)
    if (name in read) throw new HotwashError('USAGE', `${flag} ${name} is given twice`)
    read[name] = pair.slice(at + 1)
  }
  return read
}
