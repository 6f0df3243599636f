import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { recordWorldOf } from '../../../src/usecases/record-world-of.ts'
import { runRunbook } from '../../../src/usecases/run/run-runbook.ts'
import {
  findingsJson,
  showIncident,
  showLines,
} from '../../../src/usecases/incident/show-incident.ts'
import { updateLines } from '../../../src/cli/update-lines.ts'
import { openLab, story, type Lab, type LabOptions } from '../world.ts'

let lab: Lab
afterEach(() => lab.close())

const open = async (steps: string, options: LabOptions = {}): Promise<void> => {
  lab = await openLab(options)
  lab.write('book.yaml', `hotwash: 1\nname: Logins fail\n${steps}`)
}
const run = (more: object = {}) => runRunbook(lab.world, { runbook: 'book.yaml', ...more })
const shown = () => showIncident(recordWorldOf(lab.world), undefined)
const told = (): string[] =>
  lab.shown.flatMap((update) => (update.type === 'finding' ? updateLines(update) : []))

test('a step concludes from its outcome, in words, right after its end', async () => {
  await open(`
steps:
  - id: look
    run: [echo, 3 of 16]
    effect: read
    finding:
      - {when: 'stdout.contains("3 of 16")', says: 'logins: \${{ stdout }}', category: database, confidence: confirmed}
      - {when: 'stdout.contains("16 of 16")', says: never}
      - {says: a fresh start does not help, confidence: rejected, hypothesis: a stale cache}
  - {id: fix, run: [touch, fixed]}
`)
  expect(await run()).toMatchObject({ status: 'succeeded' })
  expect(story(lab).filter((line) => /look|fix/.test(line))).toEqual([
    'step.started look',
    'step.finished look',
    'finding.made look',
    'finding.made look',
    'step.started fix',
    'step.finished fix',
  ])
  expect(told()).toEqual([
    '  FINDING (confirmed, database): logins: 3 of 16',
    '  RULED OUT "a stale cache": a fresh start does not help',
  ])
  const { rows } = shown()
  expect(rows.filter(({ type }) => type === 'finding.made').map(({ text }) => text)).toEqual([
    'Finding (confirmed, database): logins: 3 of 16',
    'Ruled out "a stale cache": a fresh start does not help',
  ])
  expect(findingsJson(shown())).toMatchObject([
    { step: 'look', says: 'logins: 3 of 16', category: 'database', confidence: 'confirmed' },
    { step: 'look', confidence: 'rejected', hypothesis: 'a stale cache', category: 'unknown' },
  ])
  expect(showLines(shown(), Date.now()).join('\n')).toContain('Ruled out "a stale cache"')
})

test('a step that fails concludes too; one that never came to an outcome does not', async () => {
  await open(`
steps:
  - id: fails
    run: [sh, -c, "echo broken; exit 3"]
    effect: read
    on_failure: continue
    finding: {when: exit_code == 3, says: it is broken}
  - {id: gone, run: [./nothing-here], effect: read, on_failure: continue, finding: {says: never}}
  - {id: left, when: 'false', run: ["true"], effect: read, finding: {says: never}}
  - {id: slow, run: [sleep, "30"], timeout: 50ms, effect: read, on_failure: continue, finding: {says: never}}
`)
  await run()
  expect(findingsJson(shown()).map(({ says }) => says)).toEqual(['it is broken'])
})

test('under observe the observation stays, and the conclusion follows it', async () => {
  await open(`
steps:
  - {id: look, run: ["false"], effect: read, observe: true, finding: {when: exit_code != 0, says: it says no, confidence: possible}}
`)
  expect(await run()).toMatchObject({ status: 'succeeded' })
  expect(findingsJson(shown())).toMatchObject([
    { says: expect.stringContaining('expected'), confidence: undefined },
    { says: 'it says no', confidence: 'possible' },
  ])
})

test('a finding that cannot be judged is a note of the step, said at once, and fails nothing', async () => {
  await open(`
steps:
  - id: look
    run: [echo, x]
    effect: read
    finding:
      - {when: 'int(stdout) > 3', says: never}
      - {says: '\${{ int(stdout) }} rows'}
      - {says: '\${{ stdout.startsWith("y") ? stdout : "" }}'}
      - {says: still judged}
`)
  expect(await run()).toMatchObject({ status: 'succeeded' })
  const finished = shown()
    .journal.events()
    .find(({ type }) => type === 'step.finished')
  expect(finished?.data).toMatchObject({
    notes: [
      expect.stringMatching(/^finding 1: /),
      expect.stringMatching(/^finding 2: /),
      expect.stringMatching(/^finding 3: /),
    ],
  })
  expect(findingsJson(shown()).map(({ says }) => says)).toEqual(['still judged'])
  const said = lab.shown.flatMap((one) => (one.type === 'finished' ? updateLines(one) : []))
  expect(said).toEqual([
    expect.stringMatching(/^step look: SUCCEEDED/),
    ...[1, 2, 3].map((number) => expect.stringContaining(`  note: finding ${number}: `)),
  ])
})

test('what a person answers is an outcome too', async () => {
  await open(
    `
steps:
  - id: call
    manual: {instruction: Ask support, evidence: required, values: {users: {type: integer}}}
    finding: {when: values.users > 100, says: 'support counts \${{ values.users }}: \${{ evidence }}', confidence: confirmed}
  - id: who
    decide: {question: Who?, options: {all: {label: All, steps: []}, one: {label: One, steps: []}}}
    finding: {when: 'choice == "one"', says: one tenant only}
`,
  )
  lab.write(
    'answers.yaml',
    'call: {done: true, evidence: on the phone, values: {users: 300}}\nwho: {choose: one}\n',
  )
  await run({ yes: true, answers: 'answers.yaml' })
  expect(findingsJson(shown())).toMatchObject([
    { step: 'call', says: 'support counts 300: on the phone', confidence: 'confirmed' },
    { step: 'who', says: 'one tenant only', confidence: 'likely' },
  ])
})

test('a secret in an outcome is masked in what is concluded, and never cut in two', async () => {
  const secret = 'correct-horse-battery-staple-9f2c'
  const server = createServer((request, response) => {
    response.end(`${request.url === '/long' ? 'x'.repeat(1_985) : 'the token is '}${secret}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await open(
    `
secrets: {TOKEN: {env: TOKEN}}
steps:
  - {id: long, http: {url: "${base}/long"}, finding: {says: '\${{ body }}'}}
  - {id: plain, http: {url: "${base}/"}, finding: {says: '\${{ body }}'}}
`,
    { env: { TOKEN: secret } },
  )
  await run()
  server.close()
  const says = JSON.stringify([findingsJson(shown()), lab.shown])
  expect(says).toContain('the token is ')
  expect(findingsJson(shown())).toHaveLength(2)
  expect(says).not.toContain(secret.slice(0, 8))
})
