/** A login flow as a runbook states it. */
import { z } from 'zod'
import { isTemplate, Template, type Names } from '../../../runbook/deferred.ts'
import { body, cel, flag, integer, text, type Rendered } from '../../../runbook/fields.ts'
import { HTTP_OUTCOME } from '../http/outcome.ts'
import { ONE_BODY, oneBody, requestFields, requestParams } from '../http/request.ts'

/** In the order in which they are carried out and reported. */
export const CHECKS = [
  'valid_login',
  'whoami',
  'no_session_refused',
  'wrong_password_refused',
  'forged_token_refused',
  'cookie_flags',
  'token',
  'isolation',
  'logout_ends_this_session_only',
  'revoke',
  'concurrent_logins',
  'survives',
] as const
export type CheckName = (typeof CHECKS)[number]

export const LOCALS = {
  actor: 'dyn',
  prepare: 'dyn',
  of: 'dyn',
} as const satisfies Names

const judged = (): z.ZodType<ReturnType<typeof cel>['_output'], string> =>
  cel({ ...HTTP_OUTCOME, actor: 'dyn', prepare: 'dyn' })

const id = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, { error: 'a name is lower case letters, digits and _' })

const scalar = z.union([text(), z.number(), z.boolean()])
const actor = z.object({ password: text() }).catchall(scalar)

const prepared = z.strictObject({
  http: requestParams,
  outputs: z.record(id, judged()).default({}),
})

const whoami = z
  .strictObject({
    ...requestFields,
    expect: judged().describe('who answers: it must not hold for another actor'),
    repeat: z.int().min(1).max(100).default(1).describe('how often in a row to ask'),
  })
  .refine(oneBody, ONE_BODY)
  .meta({ title: 'request as of http, with expect' })

const cookieNames = z.union([z.string(), z.array(z.string()).max(10), z.null()])
/** One `${{ }}` may give a list, or nothing. */
const cookieName = z
  .string()
  .transform((source) => (isTemplate(source) ? new Template(source, cookieNames) : source))

const session = z
  .strictObject({
    cookie: z
      .union([cookieName, z.array(text()).min(1).max(10)])
      .optional()
      .describe('name or names; a session in chunks NAME.0, NAME.1 is found by NAME'),
    bearer: judged()
      .optional()
      .describe(
        'the token in the answer, sent as Authorization: Bearer; beside a cookie it may be missing',
      ),
  })
  .refine(({ cookie, bearer }) => cookie !== undefined || bearer !== undefined, {
    error: 'a session is in a cookie or a bearer token: state one of cookie and bearer, or both',
  })

/** What a flow may state under a condition. */
const PARTS = [
  'prepare',
  'whoami',
  'cookie',
  'token',
  'logout',
  'revoke',
  'load',
  'survives',
] as const
export type Part = (typeof PARTS)[number]

const token = z
  .strictObject({
    secret: text().optional(),
    jwks: text().optional().describe('url of the key set'),
    public_key: text().optional().describe('a PEM text, or the path of a PEM file'),
    algorithms: z.array(z.string().regex(/^(HS|RS|PS|ES)(256|384|512)$|^EdDSA$|^Ed25519$/)).min(1),
    issuer: text().optional(),
    audience: text().optional(),
  })
  .refine(
    (of) => [of.secret, of.jwks, of.public_key].filter((key) => key !== undefined).length === 1,
    { error: 'a token is verified with one of secret, jwks and public_key' },
  )

const revoke = z
  .strictObject({ ...requestFields, as: id, of: id })
  .refine(oneBody, ONE_BODY)
  .meta({ title: 'request as of http, with as and of' })

const fields = z.strictObject({
  prepare: z.record(id, prepared).optional().describe('what a browser does first'),
  request: requestParams
    .optional()
    .describe('the login itself; ${{ actor.NAME }} is of who logs in'),
  actors: z
    .record(id, actor)
    .optional()
    .describe(
      'real accounts by a name of yours, each with its password and what else the request asks for',
    ),
  success: judged().optional().describe('CEL over the answer to `request`: the login worked'),
  session: session.optional().describe('what carries the session afterwards'),
  cookie: z
    .strictObject({
      http_only: flag().optional(),
      secure: flag().optional(),
      same_site: z.enum(['strict', 'lax', 'none']).optional(),
    })
    .optional()
    .describe('flags that the session cookie must have'),
  token: token.optional().describe('how the session token is verified, where it is a JWT'),
  whoami: z
    .union([whoami, z.array(whoami).min(1).max(10)])
    .optional()
    .describe('asked with the session: who is this?'),
  refused: z
    .union([judged(), z.strictObject({ login: judged().optional(), whoami: judged().optional() })])
    .optional()
    .describe(
      'CEL over the answer: how a wrong password, and a request without a session, is refused',
    ),
  wrong_password: z
    .enum(['one', 'off'])
    .optional()
    .describe('one: a wrong password is tried once per actor; off where accounts lock'),
  logout: requestParams.optional().describe('ends this session, and no other'),
  revoke: revoke.optional().describe('`as` one actor, ends the sessions `of` another'),
  load: z
    .strictObject({
      concurrency: integer({ min: 1, max: 256 }),
      count: integer({ min: 1, max: 5_000 }),
      whoami: flag().optional().describe('each must also be who logged in'),
    })
    .optional()
    .describe('logins at the same time: how many at a time, and in all'),
  survives: body().optional().describe('what sessions must outlive, such as a restart'),
  like: id.optional().describe('the step whose flow is used again'),
  skip: z.array(z.enum(CHECKS)).default([]).describe('checks that are left out'),
  when: z
    .partialRecord(z.enum(PARTS), cel())
    .optional()
    .describe('CEL by part of the flow: where it is false the part counts as not stated'),
})

const NEEDED = ['request', 'actors', 'success', 'session'] as const

export const params = fields.superRefine((given, context) => {
  const problem = (key: string, message: string): void => {
    context.addIssue({ code: 'custom', path: [key], message })
  }
  if (given.like !== undefined) {
    const others = Object.entries(given).filter(([, value]) => value !== undefined)
    for (const [key] of others) {
      if (key !== 'like' && key !== 'skip') problem(key, `${key} does not go with like`)
    }
    return
  }
  const missing = NEEDED.filter((key) => given[key] === undefined)
  if (missing.length > 0) {
    problem(missing[0] as string, `a login needs ${missing.join(', ')} (or like: STEP)`)
  }
  const actors = Object.keys(given.actors ?? {})
  if (given.actors !== undefined && actors.length === 0) problem('actors', 'name an actor')
  for (const who of [given.revoke?.as, given.revoke?.of]) {
    if (who !== undefined && !actors.includes(who)) {
      problem('revoke', `${who} is not an actor; the actors are ${actors.join(', ')}`)
    }
  }
})

export type LoginParams = Rendered<z.output<typeof params>>
/** A flow that is stated in full. */
export type Flow = LoginParams & {
  [K in (typeof NEEDED)[number]]: NonNullable<LoginParams[K]>
}

export const isFlow = (given: LoginParams): given is Flow =>
  NEEDED.every((key) => given[key] !== undefined)
