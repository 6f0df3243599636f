/** The text of a file that is imported: bounded, decoded, masked before anything looks at it. */
import { readFileSync, statSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { HotwashError } from '../../errors.ts'
import { decodeText, MOST_BYTES, tooLong } from '../../import/decode.ts'
import { hideSuspected } from '../../redact/suspected.ts'
import type { RecordWorld } from '../record-world.ts'
import { whyNoFile, whyUnreadable } from '../why-unreadable.ts'

/** `file`: relative to the repository where it lies in it, else its name alone. `secrets`: to warn of. */
export const readSource = (
  world: Pick<RecordWorld, 'cwd' | 'root' | 'redactor'>,
  name: string,
): { file: string; text: string; secrets: string[] } => {
  const path = resolve(world.cwd, name)
  const inside = relative(world.root, path)
  const file = inside.startsWith('..') || inside === '' ? (name.split('/').at(-1) ?? name) : inside
  const decoded = decodedFile(path, name)
  if (decoded.is === 'refused')
    throw new HotwashError('INVALID_INPUT', `${name}: ${decoded.why}`, { hint: decoded.hint })
  const masked = world.redactor.mask(decoded.text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n'))
  const { text, hidden } = hideSuspected(masked)
  if (text.trim() === '')
    throw new HotwashError('INVALID_INPUT', `${name}: the file is empty`, {
      hint: 'give a Markdown file',
    })
  const secrets = hidden.map(
    ({ line, kind }) =>
      `${file}:${line}: looks like a secret (${kind}), and is masked: is it still valid?`,
  )
  return { file, text, secrets }
}

const decodedFile = (path: string, name: string): ReturnType<typeof decodeText> => {
  try {
    const found = statSync(path)
    if (!found.isFile()) throw new Error(whyNoFile(found))
    return found.size > MOST_BYTES ? tooLong(found.size) : decodeText(readFileSync(path))
  } catch (error) {
    throw new HotwashError('USAGE', `${name}: ${whyUnreadable(error)}`, {
      hint: 'name Markdown files, one or more',
    })
  }
}
