/** The browser that prints a PDF: the one that is named, else the first on PATH. */
import { realpathSync, statSync } from 'node:fs'
import { isAbsolute, relative } from 'node:path'
import { HotwashError } from '../../errors.ts'
import type { RecordWorld } from '../record-world.ts'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'] as const

/** Absolute path. What is named and is not there is an error: nobody wants another one in silence. */
export const findChromium = ({ process, config, root }: RecordWorld): string => {
  const named = process.env()['CHROMIUM']?.trim()
  if (named !== undefined && named !== '') return program(process, named, 'CHROMIUM')
  if (config.chromium !== undefined) {
    const path = program(process, config.chromium, 'chromium in hotwash.yaml')
    // Whoever writes the repository must not say which program runs here by a file of its own.
    if (isInside(root, path))
      throw noPdf(`chromium in hotwash.yaml lies in the repository: ${config.chromium}`)
    return path
  }
  for (const name of NAMES) {
    const path = process.which(name)
    // PATH may have folders of the repository: `.`, or what npx puts there.
    if (path !== undefined && isAbsolute(path) && !isInside(root, path)) return path
  }
  throw noPdf(`there is no Chromium here: none of ${NAMES.join(', ')} is on PATH`)
}

const program = (process: RecordWorld['process'], name: string, by: string): string => {
  const path = name.includes('/') ? name : process.which(name)
  if (path !== undefined && isAbsolute(path) && isFile(path)) return path
  throw noPdf(`${by} names ${name}, which is not a program here`)
}

const isFile = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isFile() === true

const isInside = (root: string, path: string): boolean => {
  const way = relative(realpathSync(root), realpathSync(path))
  return !way.startsWith('..') && !isAbsolute(way)
}

const noPdf = (message: string): HotwashError =>
  new HotwashError('NO_PDF', message, {
    hint: 'install chromium, or name one: CHROMIUM=/path/to/chromium; or export --format html and print it from any browser',
  })
