import type { Machine } from '../usecases/doctor/check-machine.ts'
import { packageJson } from './package.ts'

export function machineOf({ env, stderr, stdin, version }: NodeJS.Process): Machine {
  const range = packageJson.engines.node
  return {
    node: { version, range, fits: fitsEngines(version, range) },
    terminal: {
      isTty: stdin.isTTY && stderr.isTTY,
      columns: stderr.columns || 0,
      term: env['TERM'] ?? '',
      locale: env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '',
    },
  }
}

/** Ranges as package.json writes them: `^22.22.2 || ^24.15 || >=26`. */
export function fitsEngines(version: string, range: string): boolean {
  const [major = 0, ...rest] = numbers(version)
  return range.split('||').some((part) => {
    const [wanted = 0, ...least] = numbers(part)
    if (major !== wanted) return part.includes('>=') && major > wanted
    return compare(rest, least) >= 0
  })
}

const numbers = (text: string): number[] => (text.match(/\d+/g) ?? []).map(Number)

const compare = ([a = 0, b = 0]: number[], [c = 0, d = 0]: number[]): number => a - c || b - d
