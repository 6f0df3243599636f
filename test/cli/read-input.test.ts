import { mkdtempSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readInput } from '../../src/cli/read-input.ts'

const FOLDER = mkdtempSync(join(tmpdir(), 'input-'))

function put(name: string, bytes: string | Uint8Array, size?: number): string {
  const file = join(FOLDER, name)
  writeFileSync(file, bytes)
  if (size !== undefined) truncateSync(file, size)
  return file
}

test('a text is read as it is', async () => {
  expect(await readInput(put('chat.txt', '14:05 ä\n'))).toBe('14:05 ä\n')
})

test.each([
  ['a folder', () => FOLDER, /: it is a folder$/, /^a text file, or - for stdin$/],
  ['what is not there', () => join(FOLDER, 'x'), /there is no such file$/, /^a text file/],
  ['other bytes', () => put('l1', new Uint8Array([0x63, 0xe9])), /not UTF-8 text$/, /as UTF-8/],
  ['a huge log', () => put('log', '', 4_000_001), /more than 4,000,000 bytes$/, /what matters$/],
])('%s is refused, with what to do', async (_, named, message, hint) => {
  await expect(readInput(named())).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringMatching(message) as string,
    hint: expect.stringMatching(hint) as string,
  })
})
