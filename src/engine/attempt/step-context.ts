/** What a kind gets to work with: its view of the run, and the ports. */
import { renderTree } from '../../runbook/expressions/interpolate.ts'
import type { Names } from '../../runbook/deferred.ts'
import type { ChildIdentity } from '../../ports/process.ts'
import { openSink } from '../../steps/output-sink.ts'
import type { Body } from '../../runbook/runbook.ts'
import type { Probed, StepContext } from '../../steps/kind.ts'
import { join } from 'node:path'
import type { StepNames } from '../render/around.ts'
import { databaseOf } from '../render/database-of.ts'
import { keyedDigest } from './incident-key.ts'
import type { LiveRun } from '../live-run.ts'
import { runState } from '../live-run.ts'
import { guardProcess } from '../rehearsal-targets.ts'
import type { Ready, Surroundings } from '../render/render-body.ts'
import { evaluateIn } from '../render/scope-of.ts'

/** What a body works for. */
export type Work = {
  step: string
  attempt: number
  tty: boolean
  /** The step only looks. */
  observe?: boolean
  signal: AbortSignal
  around: Surroundings
  started: (child: ChildIdentity) => void
  /** One of many: nothing is shown live, and few of the secrets that it learns are kept. */
  many?: { secretsLeft: number }
}

/** A template that the kind rendered itself could not be; the kind's run ends with it. */
export class NotRendered extends Error {}

/** How nested bodies are carried out; handed in, because that needs a context itself. */
type Nested = {
  probe: (body: Body, work: Work) => Promise<Probed>
  prepare: (
    body: Body,
    nested: { work: Work; timeoutMs: number },
  ) => ReturnType<StepContext['prepare']>
}

export function contextOf(
  live: LiveRun,
  ready: Ready,
  { work, ...nested }: { work: Work } & Nested,
): StepContext {
  const { journal } = live
  const { scope, runbook } = work.around
  const stepNames = work.around.stepNames ?? NAMES_OF_RUNBOOK
  return {
    ...ready.look,
    ...sinksOf(live, ready, work),
    ...languageOf(live, ready, work),
    ...nestedOf(ready, work, nested),
    ports: portsOf(live, ready.kind.kind),
    signal: work.signal,
    incident: journal.incident,
    severity: journal.state().severity,
    run: live.id,
    step: work.step,
    attempt: work.attempt,
    root: live.root,
    stdin: ready.stdin,
    tty: work.tty,
    observe: work.observe === true,
    database: (name) => {
      const opened = databaseOf(live, name, { scope, runbook })
      if (!opened.ok) throw new NotRendered(opened.message)
      return opened.database
    },
    jar: (name) => jarOf(live, jarKey(name, { step: work.step, stepNames })),
    secretFiles: live.secrets.files,
    keyedDigest: (content) => keyedDigest(journal, live.ports.random, content),
    isOver: (incident) => live.isOver(incident),
    outputsOf: (id) => scope.steps[id]?.outputs,
    evidenceOf: (id, label) => evidenceOf(live, stepNames.idOf(id), label),
  }
}

type Sinks = Pick<StepContext, 'openSink' | 'started' | 'say' | 'tell' | 'mask' | 'learnSecret'>

/** Where a kind's words and output go, masked. */
function sinksOf(live: LiveRun, ready: Ready, { step, many, started }: Work): Sinks {
  const { journal, redactor, operator } = live
  const show = (line: string, stream: 'stdout' | 'stderr'): void => {
    if (many !== undefined) return
    operator.show({ type: 'output', step, line, stream, together: live.active.has(step) })
  }
  return {
    openSink: () =>
      openSink({ folder: join(journal.dir, 'local', 'spool'), redactor, onLine: show }),
    // A child that only reads may be left to itself: a list of thousands would help nobody.
    started: many !== undefined && ready.body.effect === 'read' ? () => {} : started,
    say: (line) => show(redactor.mask(line), 'stdout'),
    tell: (text) => {
      if (many !== undefined) return
      operator.show({ type: 'say', level: 'info', text: redactor.mask(text) })
    },
    mask: (text) => redactor.mask(text),
    learnSecret: (name, value) => {
      if (many === undefined || (many.secretsLeft -= 1) >= 0) redactor.add(name, value)
    },
  }
}

/** Templates and conditions, with the names of the run, of the kinds around, and the kind's own. */
function languageOf(
  live: LiveRun,
  ready: Ready,
  { around }: Work,
): Pick<StepContext, 'render' | 'evaluate'> {
  const { scope, runbook } = around
  const names: Names = ready.kind.outcome
  return {
    render: (value, locals) => {
      const all = { ...around.locals, ...locals }
      const rendered = renderTree(value, { scope, runbook, locals: all })
      if (!rendered.ok) throw new NotRendered(rendered.message)
      return rendered.value
    },
    evaluate: (cel, locals) => {
      const own = cel.scope === 'own' ? names : outcomeNames(live, cel.scope)
      const all = { ...around.locals, ...locals }
      return evaluateIn(cel, { scope, runbook, locals: all, names: own })
    },
  }
}

function nestedOf(
  ready: Ready,
  work: Work,
  { probe, prepare }: Nested,
): Pick<StepContext, 'probe' | 'prepare'> {
  const within = (locals: Record<string, unknown> | undefined): Surroundings => ({
    ...work.around,
    inherit: ready.body,
    locals: { ...work.around.locals, ...locals },
  })
  return {
    probe: (body, { locals, signal = work.signal }) =>
      probe(body, { ...work, tty: false, signal, around: within(locals) }),
    prepare: (body, { locals, timeoutMs }) =>
      prepare(body, { work: { ...work, around: within(locals) }, timeoutMs }),
  }
}

const portsOf = ({ ports, targets }: LiveRun, kind: string): LiveRun['ports'] =>
  targets === undefined ? ports : { ...ports, process: guardProcess(ports.process, kind, targets) }

function outcomeNames(live: LiveRun, scope: unknown): Names {
  if (scope === null || typeof scope !== 'object' || !('outcomeOf' in scope)) return {}
  return live.kinds[String(scope.outcomeOf)]?.outcome ?? {}
}

const NAMES_OF_RUNBOOK: StepNames = { home: '', idOf: (local) => local }

/** A login's jars are called by its own id in the run; others name it as their text does. */
function jarKey(name: string, at: { step: string; stepNames: StepNames }): string {
  if (name.startsWith(`${at.step}.`)) return name
  const [step = '', ...actor] = name.split('.')
  if (actor.length > 0) return [at.stepNames.idOf(step), ...actor].join('.')
  return at.stepNames.home === '' ? name : `${at.stepNames.home} ${name}`
}

function jarOf(live: LiveRun, name: string): ReturnType<LiveRun['ports']['http']['newJar']> {
  const known = live.jars.get(name)
  if (known !== undefined) return known
  const jar = live.ports.http.newJar()
  live.jars.set(name, jar)
  return jar
}

function evidenceOf(live: LiveRun, id: string, label: string): Promise<string | undefined> {
  const kept = runState(live)
    .steps.get(id)
    ?.evidence.find((item) => item.label === label)
  return Promise.resolve(kept === undefined ? undefined : live.journal.readEvidence(kept.sha256))
}
