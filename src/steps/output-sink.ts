/** A child's output on its way: masked, spooled with bounds, shown live. Masking comes first. */
import type { Redactor } from '../redact/redactor.ts'
import type { Spooled } from '../ports/journal.ts'
import type { OutputSink } from './kind.ts'
import { createLiveLines } from './live-lines.ts'
import { openSpool, type SpoolSizes } from './spool.ts'

type Name = 'stdout' | 'stderr'

/** Together with the mark between them they stay under the size that the record keeps of one file. */
const SIZES: SpoolSizes = { headBytes: 4 * 1024 * 1024 - 128, tailBytes: 4 * 1024 * 1024 - 128 }
/** What conditions and outputs see. */
const TEXT_BYTES = 1024 * 1024
/** A pause in the output after which held back bytes are looked at. */
const PAUSE_MS = 250
/** So many bytes of a secret, and a line break, tell nobody anything. */
const PEEK_BYTES = 4

export function openSink({
  folder,
  redactor,
  onLine,
  sizes = SIZES,
}: {
  folder: string
  redactor: Redactor
  onLine: (line: string, stream: Name) => void
  sizes?: SpoolSizes
}): OutputSink {
  const open = (name: Name) => ({
    masking: redactor.stream(),
    spool: openSpool(folder, sizes),
    lines: createLiveLines((line) => onLine(line, name)),
  })
  const streams = { stdout: open('stdout'), stderr: open('stderr') }
  let pause: NodeJS.Timeout | undefined
  const peek = (): void => {
    for (const { masking, lines } of Object.values(streams)) {
      if (masking.held.length <= PEEK_BYTES) lines.peek(masking.held)
    }
  }
  return {
    write(bytes, name) {
      const { masking, spool, lines } = streams[name]
      const masked = masking.push(bytes)
      spool.write(masked)
      lines.push(masked)
      if (pause === undefined) pause = setTimeout(peek, PAUSE_MS).unref()
      else pause.refresh()
    },
    end() {
      clearTimeout(pause)
      return Promise.resolve({
        stdout: finish(streams.stdout, redactor),
        stderr: finish(streams.stderr, redactor),
      })
    },
  }
}

type Stream = {
  masking: ReturnType<Redactor['stream']>
  spool: ReturnType<typeof openSpool>
  lines: ReturnType<typeof createLiveLines>
}

function finish({ masking, spool, lines }: Stream, redactor: Redactor): Spooled & { text: string } {
  const rest = masking.end()
  spool.write(rest)
  lines.push(rest)
  lines.end()
  const { last, ...spooled } = spool.close(TEXT_BYTES)
  // Again, with what was learned since these bytes came.
  return { ...spooled, text: redactor.mask(decode(last, spooled.bytes > last.length)) }
}

/** A cut may have gone through a character: its rest is left out instead of shown as U+FFFD. */
function decode(bytes: Uint8Array, isCut: boolean): string {
  const whole = isCut ? bytes.findIndex((byte, index) => index === 3 || !isContinuation(byte)) : 0
  const start = Math.max(0, whole)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8', start)
}

const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80
