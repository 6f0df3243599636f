/**
 * A few lines at the bottom that are redrawn: erased by moving up over exactly the lines that were
 * drawn, so that the scroll-back stays whole. Each line is cut to the width: a line that wraps
 * would make the count wrong. After a resize the terminal may have wrapped old lines, so that
 * their number is counted again at the new width.
 */
import { masked } from '../streams.ts'
import { columns, fit } from './wrap.ts'

const ESC = '\u001B'
const REPAINT_MS = 200

export type LiveRegion = {
  /** `lines` is asked again at every repaint. */
  open(lines: () => readonly string[]): void
  /** Erases; what is written next stands where the region was. */
  close(): void
  /** Writes lines above the region. */
  above(lines: readonly string[]): void
}

export function createLiveRegion(out: NodeJS.WriteStream): LiveRegion {
  let source: (() => readonly string[]) | undefined
  let drawn: string[] = []
  let timer: NodeJS.Timeout | undefined

  const width = (): number => Math.max(out.columns || 80, 20)
  const erase = (): string => {
    const rows = drawn.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(columns(line) / width())),
      0,
    )
    drawn = []
    return rows === 0 ? '' : `${ESC}[${rows}A\r${ESC}[0J`
  }
  const paint = (): string => {
    if (source === undefined) return ''
    drawn = source().map((line) => fit(masked(line), width() - 1))
    return drawn.map((line) => `${line}\n`).join('')
  }
  const repaint = (): void => void out.write(erase() + paint())

  return {
    open(lines) {
      source = lines
      repaint()
      timer ??= setInterval(repaint, REPAINT_MS).unref()
      out.on('resize', repaint)
    },
    close() {
      if (source === undefined) return
      source = undefined
      clearInterval(timer)
      timer = undefined
      out.off('resize', repaint)
      out.write(erase())
    },
    above(lines) {
      if (lines.length === 0) return
      out.write(`${erase()}${lines.map((line) => `${masked(line)}\n`).join('')}${paint()}`)
    },
  }
}
