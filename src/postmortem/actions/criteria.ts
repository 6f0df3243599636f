/**
 * `done_when` as something to carry out: a step body of a runbook, in the head of a report. Only what
 * looks is accepted, and a command, of which nobody can know what it does: it is asked about first.
 */
import type { Issue } from '../../errors.ts'
import { Cel, Template } from '../../runbook/deferred.ts'
import { isBody } from '../../runbook/expressions/interpolate.ts'
import type { KindShape, KindShapes } from '../../runbook/kind-shape.ts'
import { parseLoneBodies } from '../../runbook/parse-lone-bodies.ts'
import type { Body, Runbook } from '../../runbook/runbook.ts'
import { splitHead } from '../front-matter/parse-front-matter.ts'

export type Criterion = {
  body: Body
  /** It may run a program or read a file here, use a secret, or do more than look: it is asked about. */
  asks: boolean
}

export type Criteria = {
  /** By the place of the action in the head. */
  criteria: ReadonlyMap<number, Criterion>
  issues: Issue[]
}

/** Of the actions at these places in the head; problems are at their place in `file`. */
export const parseCriteria = (from: {
  text: string
  file: string
  kinds: KindShapes
  at: readonly number[]
  /** Whose inputs, secrets and databases a body may mention. */
  around: Runbook
}): Criteria => {
  const { kinds, around, file } = from
  const head = splitHead(from.text)
  if (head === undefined) return { criteria: new Map(), issues: [] }
  const { bodies, issues } = parseLoneBodies({
    // An empty line stands for the dashes, so that lines are those of the file.
    text: `\n${head.yaml}`,
    file,
    kinds,
    around,
    paths: from.at.map((index) => ['actions', index, 'done_when']),
    judge: (body, add) => {
      for (const problem of problemsOf(body, kinds)) add(problem, HINT)
    },
  })
  const found = from.at.flatMap((index, nth): [number, Criterion][] => {
    const body = bodies[nth]
    return body === undefined ? [] : [[index, { body, asks: asks(body, kinds) }]]
  })
  return { criteria: new Map(found), issues }
}

const HINT = 'accepted: run, and every kind that only reads; a sentence is for people to judge'

const problemsOf = (body: Body, kinds: KindShapes): string[] =>
  withNested(body).flatMap(({ kind, effect }) => {
    if (kinds[kind]?.type !== 'action')
      return [`${kind} waits for a person: done_when is carried out without one`]
    if (effect === 'read' || (kind === 'run' && effect === 'change')) return []
    return [
      `${kind} would ${effect === 'destroy' ? 'destroy' : 'change'} something: done_when looks`,
    ]
  })

/**
 * Kinds that start no program here and read no file of this machine, whatever their parameters say.
 * `logs` does both: lines of any file would come into the record of whoever wrote the head.
 */
const QUIET: ReadonlySet<string> = new Set(['health', 'http', 'sql', 'wait'])

const asks = (body: Body, kinds: KindShapes): boolean =>
  usesSecrets(body) ||
  withNested(body).some((one) => !QUIET.has(one.kind) || effectOf(kinds[one.kind], one) !== 'read')

/** Where a secret goes is not for the text to say: a request can carry it anywhere. */
const usesSecrets = (node: unknown): boolean => {
  if (node instanceof Template || node instanceof Cel) return /\bsecrets\b/.test(node.source)
  return typeof node === 'object' && node !== null && Object.values(node).some(usesSecrets)
}

/** As the kind has it, and not as the text claims: a POST may be called a look. */
const effectOf = (shape: KindShape | undefined, { params }: Body): string | undefined =>
  typeof shape?.effect === 'function' ? shape.effect(params) : shape?.effect

const withNested = (body: Body): Body[] => [
  body,
  ...(body.verify === undefined ? [] : withNested(body.verify)),
  ...nestedIn(body.params),
]

const nestedIn = (node: unknown): Body[] => {
  if (typeof node !== 'object' || node === null) return []
  if (isBody(node)) return withNested(node)
  return Object.values(node).flatMap(nestedIn)
}
