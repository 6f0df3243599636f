/** A step body with every `${{ }}` replaced, and what it would do in words. */
import { defined } from '../../incident/defined.ts'
import { resolve } from 'node:path'
import { renderTree } from '../../runbook/expressions/interpolate.ts'
import { sha256 } from '../../runbook/digest.ts'
import type { Body, Runbook } from '../../runbook/runbook.ts'
import type { Scope } from '../../runbook/expressions/scope.ts'
import type { Kind, PlanLook } from '../../steps/kind.ts'
import type { StepNames } from './around.ts'
import { inheritedEnv } from './command-env.ts'
import { databaseOf } from './database-of.ts'
import type { LiveRun } from '../live-run.ts'
import { notDeclared, refusedInBody } from '../rehearsal-targets.ts'

export type Ready = {
  body: Body
  kind: Kind
  /** Rendered, but for what the kind renders itself with its own locals. */
  params: never
  stdin: string | undefined
  look: PlanLook
  /** null: without limit. */
  timeoutMs: number | null
  /** Masked. */
  preview: string
  target: string
  /** Of the masked preview. */
  digest: string
}

/** What a nested body inherits from its step. */
export type Surroundings = {
  scope: Scope
  /** The runbook that the body is from: an older text, when a step of it is undone. */
  runbook: Runbook
  inherit?: Pick<Body, 'env' | 'cwd'> | undefined
  locals?: Record<string, unknown> | undefined
  /** Absent: steps are called as in the runbook. */
  stepNames?: StepNames | undefined
  /** Names that a kind around this body fills in later; for plans. */
  later?: readonly string[] | undefined
}

export type Rendering = { ok: true; ready: Ready } | { ok: false; message: string }

export function renderBody(live: LiveRun, body: Body, around: Surroundings): Rendering {
  const kind = live.kinds[body.kind]
  if (kind === undefined) return { ok: false, message: `there is no kind ${body.kind}` }
  const later = [...Object.keys(kind.locals ?? {}), ...(around.later ?? [])]
  const env = { ...around.inherit?.env, ...body.env }
  const rendered = renderTree(
    { params: body.params, env, cwd: body.cwd ?? around.inherit?.cwd, stdin: body.stdin },
    {
      scope: around.scope,
      runbook: around.runbook,
      ...defined({ locals: around.locals }),
      later,
    },
  )
  if (!rendered.ok) return rendered
  const refused = undeclared(live, { kind: body.kind, params: rendered.value.params })
  if (refused !== undefined) return { ok: false, message: refused }
  const value = rendered.value as { params: never; env: {}; cwd?: string; stdin?: string }
  const look = lookOf(live, body, {
    ...around,
    env: value.env,
    cwd: value.cwd,
    later,
    inherit: { env, cwd: body.cwd ?? around.inherit?.cwd },
  })
  const preview = live.redactor.mask(kind.plan(value.params, look))
  return {
    ok: true,
    ready: {
      body,
      kind,
      params: value.params,
      stdin: value.stdin,
      look,
      timeoutMs: body.timeoutMs === undefined ? kind.timeoutMs : body.timeoutMs,
      preview,
      target: live.redactor.mask(kind.target?.(value.params, look) ?? look.cwd),
      digest: sha256(preview),
    },
  }
}

/** In a rehearsal: judged here for every body, since a template may give another target than it seemed. */
function undeclared({ targets }: LiveRun, body: Pick<Body, 'kind' | 'params'>): string | undefined {
  if (targets === undefined) return undefined
  const [refused] = refusedInBody(targets, body)
  if (refused === undefined) return undefined
  targets.refused ??= refused
  return notDeclared(refused)
}

function lookOf(
  live: LiveRun,
  body: Body,
  around: Surroundings & { env: Record<string, string>; cwd: string | undefined },
): PlanLook {
  const nested = (one: Body): Rendering => {
    const { env: _env, cwd: _cwd, ...rest } = around
    return renderBody(live, one, rest)
  }
  return {
    cwd: resolve(live.root, around.cwd ?? '.'),
    env: { ...inheritedEnv(live.ports.process.env(), live.secrets.variables), ...around.env },
    shell: body.shell,
    effect: body.effect,
    databaseLabel: (name) => {
      const opened = databaseOf(live, name, around)
      return opened.ok ? opened.database.label : name
    },
    planOf: (one) => {
      const rendering = nested(one)
      return rendering.ok ? rendering.ready.preview : `${one.kind} (${rendering.message})`
    },
    targetOf: (one) => {
      const rendering = nested(one)
      return rendering.ok ? rendering.ready.target : ''
    },
    source: (cel) => cel.source,
  }
}
