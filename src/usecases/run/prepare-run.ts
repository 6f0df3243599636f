/** All that can be refused before anything is recorded or run. */
import type { Answers, Secrets } from '../../engine/live-run.ts'
import { leftOut, type Selection } from '../../engine/walk/selection.ts'
import type { Targets } from '../../engine/rehearsal-targets.ts'
import { HotwashError } from '../../errors.ts'
import { defined } from '../../incident/defined.ts'
import { closest } from '../../runbook/did-you-mean.ts'
import { readInputs } from '../../runbook/inputs.ts'
import type { Value } from '../../incident/value.ts'
import type { Runbook } from '../../runbook/runbook.ts'
import { checkGuards } from './check-guards.ts'
import { loadRunbook } from '../runbook/find-runbook.ts'
import { neverRehearsed } from './never-rehearsed.ts'
import { readAnswers } from './read-answers.ts'
import { refuseUndeclared, targetsOf } from './rehearsal-check.ts'
import { resolveSecrets } from './resolve-secrets.ts'
import { refuseSecretsIn } from './start-run.ts'
import type { World } from '../world.ts'

export type RunRequest = {
  /** A path, or a name in ./runbooks or among the packaged ones. */
  runbook: string
  inputs?: Readonly<Record<string, string>>
  incident?: string | undefined
  /** Declare a new incident although one is open. */
  fresh?: boolean
  plan?: boolean
  /** Against declared targets: forward, then everything is undone; recorded as a drill. */
  rehearse?: boolean
  yes?: boolean
  /** Path of the answers file, relative to where hotwash was started. */
  answers?: string | undefined
  from?: string | undefined
  until?: string | undefined
  /** Only steps with one of these tags. */
  tags?: readonly string[] | undefined
  skipTags?: readonly string[] | undefined
}

export type Prepared = {
  runbook: Runbook
  inputs: Readonly<Record<string, Value>>
  answers: Answers
  request: RunRequest
  /** What lint has to say. */
  warnings: string[]
  /** Of a rehearsal: what it may touch. */
  targets?: Targets | undefined
}

export async function prepare(world: World, request: RunRequest): Promise<Prepared> {
  const { runbook, warnings, file } = await loadRunbook(world, request.runbook)
  const read = readInputs(runbook.inputs, {
    ...rehearsalInputs(world, runbook, request),
    ...request.inputs,
  })
  if (!read.ok)
    throw new HotwashError('INVALID_INPUT', read.problems.join('\n'), {
      hint: `nothing was run; hotwash runbook show ${request.runbook} lists all inputs`,
    })
  refuseUnknownSelection(runbook, request)
  const answers = await readAnswers(world, request.answers, runbook)
  const untried = request.rehearse === true ? [] : neverRehearsed(world, runbook, file)
  const said = [...warnings, ...untried].map(
    ({ place, message }) => `${place.file}:${place.line}: ${message}`,
  )
  const targets = request.rehearse === true ? targetsOf(world) : undefined
  return { runbook, inputs: read.inputs, answers, request, warnings: said, targets }
}

/** One place is declared for all runbooks: what this one does not ask for is left out. */
function rehearsalInputs(
  { config }: World,
  { inputs }: Runbook,
  { rehearse }: RunRequest,
): Record<string, string> {
  if (rehearse !== true) return {}
  const declared = Object.entries(config.rehearsal?.inputs ?? {})
  return Object.fromEntries(declared.filter(([name]) => Object.hasOwn(inputs, name)))
}

function refuseUnknownSelection(runbook: Runbook, request: RunRequest): void {
  const ids = runbook.steps.map((step) => step.id)
  for (const [flag, id] of Object.entries({ from: request.from, until: request.until })) {
    if (id === undefined || ids.includes(id)) continue
    const hint = hintOf(id, ids, 'its steps')
    throw new HotwashError('USAGE', `--${flag} ${id}: the runbook has no such step`, { hint })
  }
  const tags = [...new Set(runbook.steps.flatMap((step) => step.tags))]
  const flags = { tags: request.tags ?? [], 'skip-tags': request.skipTags ?? [] }
  for (const [flag, wanted] of Object.entries(flags)) {
    const unknown = wanted.find((tag) => !tags.includes(tag))
    if (unknown === undefined) continue
    const hint = tags.length === 0 ? 'its steps have no tags' : hintOf(unknown, tags, 'its tags')
    const message = `--${flag} ${unknown}: no step of the runbook has this tag`
    throw new HotwashError('USAGE', message, { hint })
  }
  refuseEmptySelection(runbook, request)
}

/** A run of nothing would succeed, and be on record as a success. */
function refuseEmptySelection(runbook: Runbook, request: RunRequest): void {
  const run = { ...request, steps: new Map() } as Selection
  if (runbook.steps.some((step) => leftOut(step, { run, runbook })?.by !== 'selection')) return
  if (runbook.steps.length === 0) return
  const flags = [
    ...(request.from === undefined ? [] : [`--from ${request.from}`]),
    ...(request.until === undefined ? [] : [`--until ${request.until}`]),
    ...(request.tags ?? []).map((tag) => `--tags ${tag}`),
    ...(request.skipTags ?? []).map((tag) => `--skip-tags ${tag}`),
  ]
  const message = `${flags.join(' ')}: no step of the runbook is left`
  const named = runbook.steps.map(({ id, tags }) =>
    tags.length === 0 ? id : `${id} (${tags.join(', ')})`,
  )
  throw new HotwashError('USAGE', message, {
    hint: `its steps, with their tags: ${named.join(', ')}`,
  })
}

function hintOf(word: string, known: readonly string[], what: string): string {
  const meant = closest(word, known)
  return `${meant === undefined ? '' : `did you mean ${meant}? `}${what}: ${known.join(', ')}`
}

/** What of the request is recorded, so that a resumed run keeps to it. */
export const selectionOf = ({ from, until, tags, skipTags }: RunRequest) =>
  defined({ from, until, tags: tags && [...tags], skip_tags: skipTags && [...skipTags] })

/** Guards, then secrets; of a rehearsal first what it would touch. */
export async function ready(
  world: World,
  { runbook, inputs, targets }: Pick<Prepared, 'runbook' | 'inputs' | 'targets'>,
): Promise<Secrets> {
  const read =
    targets === undefined ? undefined : await refuseUndeclared(world, { runbook, inputs, targets })
  await checkGuards(world, { runbook, inputs, targets })
  const secrets = read ?? (await resolveSecrets(world, runbook, inputs))
  refuseSecretsIn(world, { runbook, inputs })
  return secrets
}
