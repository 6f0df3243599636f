/**
 * The one way to stdout (results) and stderr (talk). Everything passes the redactor once one
 * exists. A reader that went away (EPIPE, a closed terminal's EIO) never ends a run: what could
 * not be shown is in the record.
 */
import type { Redactor } from '../redact/redactor.ts'

let redactor: Redactor | undefined

/** From now on both streams are masked. Before a world is built no secret is known. */
export function redactStreams(by: Redactor): void {
  redactor = by
}

export const masked = (text: string): string =>
  redactor === undefined ? text : redactor.mask(text)

const withNewline = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`)

export function printResult(text: string): void {
  if (text !== '') process.stdout.write(withNewline(masked(text)))
}

export function talk(text: string): void {
  if (text !== '') process.stderr.write(withNewline(masked(text)))
}

/** oclif throws on every write error but EPIPE, which would turn a closed terminal into a crash. */
export function tolerateGoneReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners('error')
    stream.on('error', () => undefined)
  }
}

const GONE = new Set(['EPIPE', 'EIO', 'ECONNRESET', 'ERR_STREAM_DESTROYED'])

/**
 * A full disk under stdout is no gone reader: who asked for the output must learn that it is lost.
 * Read from the stream, since its event comes only after the last promise.
 */
export function failOnLostOutput(): void {
  const error: NodeJS.ErrnoException | null = process.stdout.errored
  if (error === null || GONE.has(error.code ?? '')) return
  talk(`error: the output could not be written: ${error.message}`)
  process.exitCode = 1
}

/** Resolves when both streams handed over what was written, or their readers are gone. */
export async function drained(): Promise<void> {
  await Promise.all(
    [process.stdout, process.stderr].map(
      (stream) =>
        new Promise<void>((resolve) => {
          if (stream.writableLength === 0 || stream.destroyed) return resolve()
          stream.once('close', resolve)
          stream.write('', () => resolve())
        }),
    ),
  )
}
