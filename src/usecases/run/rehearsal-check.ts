/**
 * What a rehearsal would touch, looked at before step 1: every body of the runbook, at any depth, with
 * what of it can be rendered by now. What only a later step knows is judged when it is rendered.
 */
import {
  NOTHING_DECLARED,
  refusedDatabase,
  refusedInBody,
  type Targets,
} from '../../engine/rehearsal-targets.ts'
import type { LiveRun, Secrets } from '../../engine/live-run.ts'
import { say } from '../../engine/record-step.ts'
import { HotwashError, type Place } from '../../errors.ts'
import { Template } from '../../runbook/deferred.ts'
import { isBody, renderTree } from '../../runbook/expressions/interpolate.ts'
import type { Value } from '../../incident/value.ts'
import type { Body, Runbook, Step } from '../../runbook/runbook.ts'
import { ownSteps } from '../../runbook/expressions/names.ts'
import { scopeBeforeRun, type Scope } from '../../runbook/expressions/scope.ts'
import { NO_UNDO } from '../../runbook/lint/step-rules.ts'
import { allTexts } from './all-texts.ts'
import { noSecrets, resolveSecrets } from './resolve-secrets.ts'
import type { World } from '../world.ts'

export const targetsOf = ({ config, root }: Pick<World, 'config' | 'root'>): Targets => ({
  ...(config.rehearsal ?? NOTHING_DECLARED),
  root,
  refused: undefined,
})

type Checking = {
  runbook: Runbook
  inputs: Readonly<Record<string, Value>>
  targets: Targets
}
type Undeclared = { what: string; by: string; place: Place }

/** Throws REHEARSAL, with everything that is not declared; nothing was run then. */
export async function refuseUndeclared(world: World, checking: Checking): Promise<Secrets> {
  const { runbook, inputs, targets } = checking
  const commands = secretCommands(checking)
  let unread: HotwashError | undefined
  // Only read, and no command that is not declared: so that databases can be named, too.
  const secrets =
    commands.length > 0
      ? undefined
      : await resolveSecrets(world, runbook, inputs).catch((error: unknown) => {
          if (!(error instanceof HotwashError)) throw error
          unread = error
          return undefined
        })
  const resolved = secrets ?? noSecrets(runbook)
  const found = [
    ...commands,
    ...allTexts(runbook, inputs).flatMap((text) => {
      const scope = scopeBeforeRun(text.inputs, resolved.values(text.source))
      return undeclaredIn(world, { runbook: text.runbook, targets, scope })
    }),
  ]
  if (found.length > 0) throw refusal(world, found)
  if (unread !== undefined) throw unread
  return secrets ?? noSecrets(runbook)
}

type InText = { runbook: Runbook; targets: Targets; scope: Scope }

const undeclaredIn = (world: World, { runbook, targets, scope }: InText): Undeclared[] => [
  ...undeclaredDatabases(world, { runbook, targets, scope }),
  ...bodiesOf(runbook).flatMap(({ body, by }) =>
    refusedInBody(targets, {
      kind: body.kind,
      params: known(body.params, { scope, runbook }),
    }).map((what): Undeclared => ({ what, by, place: body.place })),
  ),
]

const secretCommands = ({ runbook, targets }: Checking): Undeclared[] =>
  [runbook, ...Object.values(runbook.includes).map((included) => included.runbook)]
    .flatMap(({ secrets }) => Object.entries(secrets))
    .flatMap(([name, { source, place }]) =>
      'command' in source && !targets.commands
        ? [{ what: 'a command', by: `secret ${name}`, place }]
        : [],
    )

function undeclaredDatabases(
  world: World,
  { runbook, targets, scope }: { runbook: Runbook; targets: Targets; scope: Scope },
): Undeclared[] {
  return Object.entries(runbook.databases).flatMap(([name, { url, place }]) => {
    const rendered = renderTree({ url }, { scope, runbook })
    if (!rendered.ok) return []
    try {
      const what = refusedDatabase(targets, world.ports.database.open(rendered.value.url))
      return what === undefined ? [] : [{ what, by: `database ${name}`, place }]
    } catch (error) {
      // A url that nothing can open touches nothing: the step that needs it says what is wrong.
      if (error instanceof HotwashError) return []
      throw error
    }
  })
}

type Owned = { body: Body; by: string }

const bodiesOf = (runbook: Runbook): Owned[] => [
  ...runbook.guard.flatMap((body) => withInner(body, 'guard')),
  ...ownSteps(runbook).flatMap(bodiesOfStep),
]

const bodiesOfStep = ({ id, body, check, rollback }: Step): Owned[] => [
  ...withInner(body, `step ${id}`),
  ...(check === undefined ? [] : withInner(check, `check of ${id}`)),
  ...(rollback === undefined ? [] : withInner(rollback, `rollback of ${id}`)),
]

const withInner = (body: Body, by: string): Owned[] => [
  { body, by },
  ...(body.verify === undefined ? [] : withInner(body.verify, by)),
  ...innerOf(body.params).flatMap((inner) => withInner(inner, by)),
]

function innerOf(node: unknown): Body[] {
  if (node === null || typeof node !== 'object') return []
  if (isBody(node)) return [node]
  return Object.values(node).flatMap(innerOf)
}

/** The tree with what can be rendered; the rest is left out. */
function known(node: unknown, at: { scope: Scope; runbook: Runbook }): unknown {
  if (node instanceof Template) {
    const rendered = renderTree({ value: node }, at)
    return rendered.ok ? rendered.value.value : undefined
  }
  if (node === null || typeof node !== 'object' || isBody(node)) return node
  if (Array.isArray(node)) return node.map((item) => known(item, at))
  return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, known(item, at)]))
}

function refusal(world: World, found: readonly Undeclared[]): HotwashError {
  const lines = [...Map.groupBy(found, ({ what }) => what)].map(([what, all]) => {
    const { file, line, column } = (all[0] as Undeclared).place
    const by = [...new Set(all.map((one) => one.by))].join(', ')
    return `  ${what} (${by}; ${file}:${line}:${column})`
  })
  const message = [
    'nothing was run: a rehearsal touches only what hotwash.yaml declares under rehearsal:, and this would also touch',
    ...lines,
  ].join('\n')
  return new HotwashError('REHEARSAL', world.redactor.mask(message), {
    hint: 'point its inputs at a place to rehearse (-i, or rehearsal: {inputs: {…}}), or declare it: rehearsal: {databases: [host:port/name], urls: [origin], commands: true}',
  })
}

/** Said before step 1: what a rehearsal changes and cannot undo. */
export function sayWhatStays(live: LiveRun): void {
  const stays = live.runbook.steps.filter(
    ({ effect, rollback, observe, body, group }) =>
      group === undefined &&
      effect !== 'read' &&
      rollback === undefined &&
      !observe &&
      !NO_UNDO.has(body.kind),
  )
  if (stays.length === 0) return
  const ids = stays.map(({ id }) => id).join(', ')
  say(live, 'warning', `without a rollback, what these steps do stays after the rehearsal: ${ids}`)
}
