/** A text that a command is given: a file, or `-` for what is piped or typed in. */
import { open } from 'node:fs/promises'
import { HotwashError } from '../errors.ts'
import { grouped } from '../incident/size.ts'
import { whyNoFile, whyUnreadable } from '../usecases/why-unreadable.ts'
import { talk } from './streams.ts'

const MOST_BYTES = 4_000_000
const SPLIT = 'keep a long log where it is, and note what matters'

/** Throws USAGE for what is no text of a reasonable size. */
export async function readInput(name: string): Promise<string> {
  const bytes = name === '-' ? await fromStdin() : await fromFile(name)
  const shown = name === '-' ? 'stdin' : name
  if (bytes.length > MOST_BYTES)
    throw new HotwashError('USAGE', `${shown} has more than ${grouped(MOST_BYTES)} bytes`, {
      hint: SPLIT,
    })
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new HotwashError('USAGE', `${shown} is not UTF-8 text`, {
      hint: 'save it as UTF-8; for a spreadsheet copy the rows as text',
    })
  }
}

async function fromStdin(): Promise<Buffer> {
  if (process.stdin.isTTY) talk('paste the rows, then press ^D on a line of its own')
  const parts: Buffer[] = []
  let size = 0
  for await (const part of process.stdin as AsyncIterable<Buffer>) {
    parts.push(part)
    size += part.length
    if (size > MOST_BYTES) break
  }
  return Buffer.concat(parts)
}

async function fromFile(name: string): Promise<Buffer> {
  try {
    const file = await open(name)
    try {
      const stat = await file.stat()
      if (!stat.isFile()) throw new Error(whyNoFile(stat))
      return stat.size > MOST_BYTES ? Buffer.alloc(MOST_BYTES + 1) : await file.readFile()
    } finally {
      await file.close()
    }
  } catch (error) {
    throw new HotwashError('USAGE', `${name}: ${whyUnreadable(error)}`, {
      hint: 'a text file, or - for stdin',
    })
  }
}
