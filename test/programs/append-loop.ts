/** Appends notes for ever (or N) and prints the clock of each one that was acknowledged. */
import { worldIn } from '../record/place.ts'

const [, , root = '', id = '', who = 'a', count = 'Infinity', git = 'git'] = process.argv
const actor = { name: who, email: `${who}@example.test`, host: 'laptop' }
const world = worldIn(root, { actor, git: git === 'git' })
const journal = world.store.open(id)
try {
  for (let n = 0; n < Number(count); n += 1) {
    const { clock } = journal.append({
      type: 'note.added',
      data: { text: `${who} ${n} ${'x'.repeat(200)}` },
    })
    process.stdout.write(`${clock}\n`)
  }
} catch (error) {
  const { code, message, exitCode } = error as { code: string; message: string; exitCode: number }
  process.stdout.write(`${JSON.stringify({ code, message })}\n`)
  process.exitCode = exitCode
}
