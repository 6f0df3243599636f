/** A configuration that is looked at in a run: nothing of its values is left, also by later steps. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'

import { runRunbook } from '../../../src/usecases/run/run-runbook.ts'
import { git, openLab, type Lab } from '../world.ts'

let lab: Lab
afterEach(() => lab.close())

const PASSWORD = 'Zx81/kq9+LmPq2 TTv0'
const SIGNING = 'q7Gm2VxT9pLk4RzW8sYc1NbJ6hDf3KtE'
const ENV = `DATABASE_URL=postgres://app:${encodeURIComponent(PASSWORD)}@db.example.test/login
JWT_SECRET=${SIGNING}
`
const FORMS = [PASSWORD, SIGNING].flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64'),
  Buffer.from(`x${secret}`).toString('base64').slice(4, -4),
])

const BOOK = `hotwash: 1
name: Which database
steps:
  - id: look
    config:
      files: [.env, backend/.env]
      order: last_wins
      loaded_by: {run: [cat, .env]}
      rules: {JWT_SECRET: {min_length: 64, type: hex}}
    observe: true
    outputs: {database: winners.DATABASE_URL.database, wins: winners.JWT_SECRET.file, n: size(problems)}
    finding: {says: "\${{ winners.DATABASE_URL.file }} names \${{ winners.DATABASE_URL.database }}", category: config}
  - {id: leak, run: "cat .env; base64 -w0 .env; cat .env >&2", idempotent: true}
`

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((path) => join(folder, String(path)))
    .filter((path) => statSync(path).isFile())
}

test('it says which file wins, and nothing that it read is left anywhere', async () => {
  lab = await openLab()
  lab.write('.env', ENV, 0o600)
  lab.write('backend/.env', 'JWT_SECRET=changeme\n', 0o600)
  lab.write('book.yaml', BOOK)
  const report = await runRunbook(lab.world, { runbook: 'book.yaml', yes: true })
  const [look, leak] = report.steps
  expect(look).toMatchObject({
    status: 'succeeded',
    outputs: { database: 'login', wins: 'backend/.env', n: 5 },
  })
  expect(look?.checks?.map(({ name, status }) => [name, status])).toEqual([
    ['readable', 'passed'],
    ['sources_agree', 'failed'],
    ['as_loaded', 'failed'],
    ['JWT_SECRET', 'failed'],
  ])
  expect(leak).toMatchObject({ status: 'succeeded' })
  const kept = filesUnder(lab.dir).filter(
    (path) => !path.endsWith('.env') && !path.includes('.git/'),
  )
  const objects = git(lab.dir, 'log', '--all', '--patch', '--no-color')
  const left = [
    ...kept.map((path) => readFileSync(path, 'latin1')),
    objects,
    JSON.stringify(report),
    JSON.stringify(lab.shown),
  ]
  expect(objects).toContain('[masked:.env:JWT_SECRET]')
  for (const form of FORMS) {
    for (const text of left) expect(text.includes(form), `as ${form}`).toBe(false)
  }
})

test('a plan looks at it as well, and declares nothing', async () => {
  lab = await openLab()
  lab.write('.env', ENV, 0o600)
  lab.write('backend/.env', 'PORT=1\n', 0o600)
  lab.write('book.yaml', BOOK)
  const plan = await runRunbook(lab.world, { runbook: 'book.yaml', plan: true })
  expect(plan.steps).toMatchObject([
    { id: 'look', status: 'succeeded', outputs: { wins: '.env' } },
    { id: 'leak', status: 'pending' },
  ])
  expect(JSON.stringify([plan, lab.shown])).not.toContain(SIGNING)
})
