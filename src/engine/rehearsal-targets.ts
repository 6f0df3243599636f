/**
 * What a rehearsal may touch, and nothing else. It is asked three times: for the whole runbook before
 * step 1, for each body when it is really rendered, and at the ports, where a redirect or a kind's own
 * template would otherwise slip through.
 */
import { resolve } from 'node:path'
import { HotwashError } from '../errors.ts'
import type { Database } from '../ports/database.ts'
import type { HttpPort } from '../ports/http.ts'
import type { Ports } from '../ports/ports.ts'
import type { ProcessPort } from '../ports/process.ts'
import { PAGERDUTY_URL } from '../steps/kinds/notify/message.ts'
import { isBody } from '../runbook/expressions/interpolate.ts'
import type { Body } from '../runbook/runbook.ts'

/** As `rehearsal:` of hotwash.yaml declares it. */
export type Declared = {
  /** `host:port/name`, or the path of a SQLite file. */
  databases: readonly string[]
  /** `http://127.0.0.1:8000` */
  urls: readonly string[]
  commands: boolean
}

export type Targets = Declared & {
  root: string
  /** The first thing that was refused while steps ran: the rehearsal goes no further forward. */
  refused: string | undefined
}

export const NOTHING_DECLARED: Declared = { databases: [], urls: [], commands: false }

/** Without the port that goes without saying, as labels of databases are: `[::1]:5432/app` is `::1/app`. */
function asLabel(name: string): string {
  const { six, host, database } =
    /^(?:\[(?<six>[^\]]*)\]|(?<host>[^/]*)):5432\/(?<database>.*)$/.exec(name)?.groups ?? {}
  return database === undefined ? name : `${six ?? host}/${database}`
}

const isDeclaredDatabase = (targets: Targets, { engine, label }: Database): boolean =>
  targets.databases.some((name) =>
    engine === 'sqlite'
      ? resolve(targets.root, name) === resolve(targets.root, label)
      : asLabel(name) === label,
  )

/** The origin that is not declared; undefined: it is, or this is no url that anything could reach. */
function undeclaredOrigin(targets: Targets, url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  const { origin, protocol } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') return undefined
  const known = targets.urls.some((one) => new URL(one).origin === origin)
  return known ? undefined : origin
}

/** Why this database must not be touched. */
export const refusedDatabase = (targets: Targets, database: Database): string | undefined =>
  isDeclaredDatabase(targets, database) ? undefined : `database ${database.label}`

/** Keys of parameters under which a kind names what it sends requests to. */
const URL_KEYS: ReadonlySet<string> = new Set([
  'url',
  'urls',
  'http',
  'webhook',
  'slack',
  'endpoint',
  'jwks',
])
/** What is sent, and not where to: a `url` in it is data. */
const DATA_KEYS: ReadonlySet<string> = new Set(['body', 'form', 'headers', 'json', 'params'])
/** Keys of parameters, besides the kind `run`, under which a kind is given a command of the runbook. */
const COMMAND_KEYS: ReadonlySet<string> = new Set(['run', 'command'])

/** What of this body is not declared: `url http://…`, `a command`. Nested bodies are asked by themselves. */
export function refusedInBody(
  targets: Targets,
  { kind, params }: Pick<Body, 'kind' | 'params'>,
): string[] {
  const found: string[] = []
  if (kind === 'run' && !targets.commands) found.push('a command')
  const visit = (node: unknown, key: string): void => {
    if (typeof node === 'string') {
      const origin = URL_KEYS.has(key) ? undeclaredOrigin(targets, node) : undefined
      if (origin !== undefined) found.push(`url ${origin}`)
    } else if (Array.isArray(node)) node.forEach((item) => visit(item, key))
    else if (node !== null && typeof node === 'object' && !isBody(node)) {
      for (const [name, item] of Object.entries(node)) {
        if (DATA_KEYS.has(name)) continue
        if (kind === 'notify' && name === 'pagerduty') visit(addressOf(item), 'url')
        if (kind !== 'run' && COMMAND_KEYS.has(name) && isCommand(item) && !targets.commands) {
          found.push('a command')
        }
        visit(item, name)
      }
    }
  }
  visit(params, '')
  return [...new Set(found)]
}

/** PagerDuty has an address without naming one. */
const addressOf = (item: unknown): unknown =>
  typeof item === 'object' && item !== null && 'url' in item && item.url !== undefined
    ? undefined
    : PAGERDUTY_URL

/** A script, an argv, or several by name as in `snapshot`. */
const isCommand = (value: unknown): boolean =>
  (typeof value === 'string' && value !== '') ||
  (Array.isArray(value) && value.length > 0) ||
  (value !== null &&
    typeof value === 'object' &&
    !isBody(value) &&
    Object.values(value).some((item) => Array.isArray(item)))

export const notDeclared = (what: string): string =>
  `${what} is not declared under rehearsal: in hotwash.yaml, and was not touched`

/** The ports of a rehearsal: what is not declared is refused before a byte is sent. */
export function guardPorts(ports: Ports, targets: Targets): Ports {
  const refuse = (what: string): string => {
    targets.refused ??= what
    return notDeclared(what)
  }
  return {
    ...ports,
    http: guardHttp(ports.http, targets, refuse),
    database: {
      open(url) {
        const database = ports.database.open(url)
        const refused = refusedDatabase(targets, database)
        if (refused === undefined) return database
        throw new HotwashError('REHEARSAL', refuse(refused))
      },
    },
  }
}

function guardHttp(http: HttpPort, targets: Targets, refuse: (what: string) => string): HttpPort {
  const refused = (url: string): string | undefined => {
    const origin = undeclaredOrigin(targets, url)
    return origin === undefined ? undefined : refuse(`url ${origin}`)
  }
  return {
    ...http,
    async send(request) {
      const message = refused(request.url)
      if (message === undefined) return http.send({ ...request, refuseHop: refused })
      return { ok: false, failure: { state: 'not_sent', code: 'NOT_DECLARED', message } }
    },
  }
}

/** What a snapshot looks at by itself is no command of the runbook. */
const LOOKS_BY_ITSELF: ReadonlySet<string> = new Set(['snapshot'])

/** For a kind that could start programs of its own accord. */
export function guardProcess(process: ProcessPort, kind: string, targets: Targets): ProcessPort {
  if (targets.commands || LOOKS_BY_ITSELF.has(kind)) return process
  const notStarted = (argv: readonly string[]) => {
    const what = `a command (${argv[0] ?? ''})`
    targets.refused ??= what
    return {
      exitCode: undefined,
      signal: undefined,
      durationMs: 0,
      notStarted: notDeclared(what),
      leftover: false,
      aborted: false,
      killed: false,
    }
  }
  return {
    ...process,
    run: ({ argv }) => Promise.resolve(notStarted(argv)),
    capture: ({ argv }) => Promise.resolve({ ...notStarted(argv), stdout: '', stderr: '' }),
  }
}
