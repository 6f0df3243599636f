/** What one runbook needs: its secrets, without showing them, its databases, its HTTP targets. */
import { HotwashError } from '../../errors.ts'
import type { Database } from '../../ports/database.ts'
import { Template } from '../../runbook/deferred.ts'
import { readInputs } from '../../runbook/inputs.ts'
import { renderTree } from '../../runbook/expressions/interpolate.ts'
import { ownSteps } from '../../runbook/expressions/names.ts'
import type { Runbook } from '../../runbook/runbook.ts'
import type { Scope } from '../../runbook/expressions/scope.ts'
import { allTexts, type OneText } from '../run/all-texts.ts'
import { loadRunbook } from '../runbook/find-runbook.ts'
import { resolveSecrets } from '../run/resolve-secrets.ts'
import type { World } from '../world.ts'
import { failed, fine, warned, type DoctorCheck } from './check.ts'

const LIMIT_MS = 10_000

export async function checkRunbook(
  world: World,
  asked: { runbook: string; inputs: Readonly<Record<string, string>> },
): Promise<DoctorCheck[]> {
  const { runbook } = await loadRunbook(world, asked.runbook)
  const told = { name: `runbook ${runbook.name}`, needed: 'valid, with its inputs' }
  const read = readInputs(runbook.inputs, asked.inputs)
  if (!read.ok) {
    return [failed({ ...told, found: read.problems.join('; ') }, 'give them with -i NAME=VALUE')]
  }
  const texts = allTexts(runbook, read.inputs)
  const parts = await Promise.all(texts.map((text) => checkText(world, text)))
  return [fine({ ...told, found: runbook.path }), ...parts.flat()]
}

/** The runbook, or one that it includes. */
async function checkText(
  world: World,
  { source, runbook: written, inputs }: OneText,
): Promise<DoctorCheck[]> {
  const runbook: Runbook = { ...written, includes: {} }
  const { checks, values } = await checkSecrets(world, runbook, inputs)
  const scope: Scope = {
    inputs,
    secrets: values,
    steps: {},
    incident: { id: 'doctor' },
    run: { id: 'doctor' },
  }
  const all = [
    ...checks,
    ...(await checkDatabases(world, runbook, scope)),
    ...(await checkTargets(world, runbook, scope)),
  ]
  return source === '' ? all : all.map((check) => ({ ...check, name: `${source}: ${check.name}` }))
}

/** One by one, so that every missing one is named. */
async function checkSecrets(world: World, runbook: Runbook, inputs: Scope['inputs']) {
  const values: Record<string, string> = {}
  const checks: DoctorCheck[] = []
  for (const [name, spec] of Object.entries(runbook.secrets)) {
    const told = { name: `secret ${name}`, needed: 'that it resolves' }
    try {
      const alone: Runbook = { ...runbook, secrets: { [name]: spec } }
      const resolved = (await resolveSecrets(world, alone, inputs)).values()
      Object.assign(values, resolved)
      checks.push(fine({ ...told, found: name in resolved ? 'resolves' : 'absent, and optional' }))
    } catch (error) {
      if (!(error instanceof HotwashError)) throw error
      checks.push(
        failed({ ...told, found: error.message }, error.hint ?? 'see `secrets:` in the runbook'),
      )
    }
  }
  return { checks, values }
}

async function checkDatabases(
  world: World,
  runbook: Runbook,
  scope: Scope,
): Promise<DoctorCheck[]> {
  const checks: DoctorCheck[] = []
  for (const [name, { url }] of Object.entries(runbook.databases)) {
    const told = { name: `database ${name}`, needed: 'that it answers' }
    const rendered = renderTree({ url }, { scope, runbook })
    if (!rendered.ok)
      checks.push(failed({ ...told, found: rendered.message }, 'see its secret above'))
    else checks.push(...(await askDatabase(world, name, rendered.value.url)))
  }
  return checks
}

async function askDatabase(world: World, name: string, url: string): Promise<DoctorCheck[]> {
  const told = { name: `database ${name}`, needed: 'that it answers' }
  let database: Database
  try {
    database = world.ports.database.open(url)
  } catch (error) {
    if (!(error instanceof HotwashError)) throw error
    return [
      failed({ ...told, found: error.message }, error.hint ?? 'see `databases:` in the runbook'),
    ]
  }
  const { checkDatabase } = await import('./check-database.ts')
  const { process } = world.ports
  return checkDatabase({ name, database, process, signal: AbortSignal.timeout(LIMIT_MS) })
}

async function checkTargets(world: World, runbook: Runbook, scope: Scope): Promise<DoctorCheck[]> {
  const origins = new Set<string>()
  for (const url of urlsIn(ownSteps(runbook).map((step) => step.body.params))) {
    const rendered = renderTree({ url }, { scope, runbook })
    const text = rendered.ok ? rendered.value.url : ''
    if (URL.canParse(text) && /^https?:/.test(text)) origins.add(new URL(text).origin)
  }
  return Promise.all([...origins].map((origin) => askTarget(world, origin)))
}

/** A target that is down may be the outage itself: a warning. */
async function askTarget(world: World, origin: string): Promise<DoctorCheck> {
  const told = { name: `target ${origin}`, needed: 'that it answers' }
  const sent = await world.ports.http.send({
    method: 'HEAD',
    url: origin,
    headers: {},
    redirects: 0,
    maxBytes: 1_000,
    signal: AbortSignal.timeout(LIMIT_MS),
  })
  if (sent.ok) return fine({ ...told, found: `status ${sent.response.status}` })
  return warned({ ...told, found: sent.failure.message }, 'see whether it runs, and from here')
}

function urlsIn(value: unknown): (string | Template)[] {
  if (Array.isArray(value)) return value.flatMap(urlsIn)
  if (value === null || typeof value !== 'object' || value instanceof Template) return []
  return Object.entries(value).flatMap(([key, item]) =>
    key === 'url' && (typeof item === 'string' || item instanceof Template) ? [item] : urlsIn(item),
  )
}
