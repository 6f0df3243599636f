/**
 * The tracker that hotwash.yaml names, and the token for it. hotwash.yaml is the repository's, the
 * token is the person's: it goes to the public server, or where the person says that it may go.
 */
import { lstatSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { HotwashError } from '../../../errors.ts'
import type { HttpPort } from '../../../ports/http.ts'
import type { RecordWorld } from '../../record-world.ts'
import { whyUnsafe } from '../../run/resolve-secrets.ts'
import type { Api } from './ask-tracker.ts'
import { github, githubHeaders, GITHUB_URL } from './github.ts'
import { gitlab, gitlabHeaders, GITLAB_URL } from './gitlab.ts'
import type { Tracker, TrackerName } from './tracker.ts'

const VARIABLES = {
  github: { token: 'HOTWASH_GITHUB_TOKEN', url: 'HOTWASH_GITHUB_URL' },
  gitlab: { token: 'HOTWASH_GITLAB_TOKEN', url: 'HOTWASH_GITLAB_URL' },
} as const

const MOST_BYTES = 10_000

export type TrackerWorld = RecordWorld & { http: HttpPort }

export const openTracker = (
  world: TrackerWorld,
  { to, tokenFile }: { to: TrackerName; tokenFile: string | undefined },
): Tracker => {
  const { trackers } = world.config
  const url = to === 'github' ? trackers.github?.url : trackers.gitlab?.url
  const project = to === 'github' ? trackers.github?.repo : trackers.gitlab?.project
  if (project === undefined) throw notNamed(to)
  const base = trusted(world, to, url)
  const token = tokenOf(world, to, tokenFile)
  world.redactor.add(VARIABLES[to].token, token)
  const headers = to === 'github' ? githubHeaders(token) : gitlabHeaders(token)
  const what = to === 'github' ? `repository ${project}` : `project ${project}`
  const api: Api = { http: world.http, base, headers, what, now: () => world.clock.now() }
  return to === 'github' ? github(api, project) : gitlab(api, project)
}

const notNamed = (to: TrackerName): HotwashError =>
  new HotwashError('USAGE', `hotwash.yaml does not say where issues of ${to} are`, {
    hint:
      to === 'github'
        ? 'trackers: {github: {repo: owner/name}}'
        : 'trackers: {gitlab: {project: group/name}}',
  })

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost'])

const trusted = (world: TrackerWorld, to: TrackerName, url: string | undefined): string => {
  const usual = to === 'github' ? GITHUB_URL : GITLAB_URL
  const base = url ?? usual
  const name = VARIABLES[to].url
  const said = world.process.env()[name]?.trim().replace(/\/+$/, '')
  if (base !== usual && said !== base)
    throw new HotwashError(
      'USAGE',
      `hotwash.yaml sends the token to ${base}, which nobody here has agreed to`,
      {
        hint: `if that is your server: export ${name}=${base}`,
      },
    )
  const { protocol, hostname } = new URL(base)
  if (protocol === 'http:' && !LOOPBACK.has(hostname))
    throw new HotwashError(
      'USAGE',
      `${base} is not encrypted: everybody on the way could read the token`,
      {
        hint: 'use its https address',
      },
    )
  return base
}

const tokenOf = (
  { process, cwd }: TrackerWorld,
  to: TrackerName,
  tokenFile: string | undefined,
): string => {
  const name = VARIABLES[to].token
  const token =
    tokenFile === undefined ? process.env()[name] : fileToken(resolve(cwd, tokenFile), tokenFile)
  const trimmed = token?.trim() ?? ''
  if (trimmed === '')
    throw new HotwashError('SECRET', `there is no token for ${to}`, {
      hint: `set ${name}, or name a file that holds it: --token-file PATH`,
    })
  // As a header it would end the line, or be refused in words that show it.
  if (!/^[\x21-\x7e]+$/.test(trimmed))
    throw new HotwashError(
      'SECRET',
      `the token for ${to} holds white space or other characters that no token has`,
    )
  return trimmed
}

const fileToken = (path: string, named: string): string => {
  const fail = (why: string, hint: string): never => {
    throw new HotwashError('SECRET', `${named} ${why}`, { hint })
  }
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return fail('does not exist', 'name the file that holds the token')
  const unsafe = whyUnsafe(stat)
  if (unsafe !== undefined) return fail(unsafe.says, unsafe.fix(named))
  if (stat.size > MOST_BYTES) return fail('is too long for a token', 'it holds the token alone')
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    return fail(`cannot be read: ${(error as Error).message}`, 'make it readable for yourself')
  }
}
