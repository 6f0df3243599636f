import { expect, test } from 'vitest'
import { citedMarks } from '../../src/incident/marks.ts'
import { cpuMs } from '../cpu-time.ts'

test.each<[string, string[]]>([
  ['It was full.[^e12] It was slow [^e3b][^e3z1].', ['e12', 'e3b', 'e3z1']],
  ['so says [^e4]: nothing was lost', ['e4']],
  ['[^e4] says so\n[^e5]: a footnote\n', ['e4']],
  ['[^1] [^note] [e4] ^e4', []],
  ['', []],
])('%j cites %j', (text, marks) => {
  expect([...citedMarks(text)]).toEqual(marks)
})

test('digits without end take no time', () => {
  const started = cpuMs()
  citedMarks(`[^e${'1'.repeat(200_000)}`)
  citedMarks('[^e1'.repeat(100_000))
  expect(cpuMs() - started).toBeLessThan(1000)
})
