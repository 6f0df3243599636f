/** Every runbook that is shipped reads without an error and without a warning. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { runbookJsonSchema } from '../src/runbook/json-schema.ts'
import { KINDS } from '../src/steps/registry.ts'
import { loadRunbook } from '../src/usecases/runbook/find-runbook.ts'
import { ROOT } from './hotwash.ts'

const FOLDER = join(ROOT, 'runbooks')
const world = { root: ROOT, cwd: ROOT, packageRoot: ROOT, kinds: KINDS }

const isValid = new Ajv({ strictTypes: false }).compile(runbookJsonSchema(KINDS))

it.each(readdirSync(FOLDER))('%s is read without a warning', async (file) => {
  const { runbook, warnings } = await loadRunbook(world, join(FOLDER, file))
  expect(warnings).toEqual([])
  expect(runbook.owner).toBeDefined()
  // What an editor underlines.
  isValid(parseYaml(readFileSync(join(FOLDER, file), 'utf8')))
  expect(isValid.errors ?? []).toEqual([])
  // A stranger has nothing but the list of inputs to go by.
  for (const [name, { description }] of Object.entries(runbook.inputs)) {
    expect([name, description]).toEqual([name, expect.stringMatching(/\w/)])
  }
})
