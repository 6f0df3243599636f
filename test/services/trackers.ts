/**
 * GitHub and GitLab, as far as issues go: their paths, headers, pages, bodies and errors, on one
 * local server. People change issues here by hand; faults are planted by `next`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export const TOKEN = 'tracker-token-0123456789'

type StoredIssue = {
  number: number
  title: string
  body: string
  state: 'open' | 'closed'
  labels: string[]
  due: string | null
  reason: string | null
  isPull: boolean
}

type Fault = {
  /** `POST /repos/…` begins with it. */
  on: string
  status?: number
  headers?: Record<string, string>
  body?: object | string
  /** The work is done, and the answer lost. */
  drop?: 'before' | 'after'
}

export type Trackers = {
  url: string
  issues: StoredIssue[]
  /** `GET /repos/acme/login/issues?…`, in order. */
  requests: string[]
  add(issue: Partial<StoredIssue>): StoredIssue
  /** Is told the headers of every request. */
  heard?: (headers: IncomingMessage['headers']) => void
  /** Answers the next request that fits with a fault, once. */
  next(fault: Fault): void
  close(): void
}

export const openTrackers = async (): Promise<Trackers> => {
  const issues: StoredIssue[] = []
  const requests: string[] = []
  const faults: Fault[] = []
  const add = (issue: Partial<StoredIssue>): StoredIssue => {
    const made: StoredIssue = {
      number: issues.length + 1,
      title: '',
      body: '',
      state: 'open',
      labels: [],
      due: null,
      reason: null,
      isPull: false,
      ...issue,
    }
    issues.push(made)
    return made
  }
  const server = createServer((request, response) => {
    void respond(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error))
    })
  })
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const line = `${request.method} ${request.url}`
    requests.push(line)
    service.heard?.(request.headers)
    const sent = await bodyOf(request)
    const at = faults.findIndex(({ on }) => line.startsWith(on))
    const [fault] = at === -1 ? [] : faults.splice(at, 1)
    if (fault?.drop === 'before') return void request.socket.destroy()
    if (fault?.status !== undefined) {
      const text = typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body ?? {})
      return void response.writeHead(fault.status, fault.headers).end(text)
    }
    const url = new URL(request.url ?? '', 'http://local')
    const answer = url.pathname.startsWith('/api/v4/')
      ? gitlab({ request, url, sent, issues, add })
      : github({ request, url, sent, issues, add })
    if (fault?.drop === 'after') return void request.socket.destroy()
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
    response.end(JSON.stringify(answer.json))
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const service: Trackers = {
    url: `http://127.0.0.1:${port}`,
    issues,
    requests,
    add,
    next: (fault) => faults.push(fault),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
  return service
}

type Sent = Record<string, unknown>
type Asked = {
  request: IncomingMessage
  url: URL
  sent: Sent
  issues: StoredIssue[]
  add: Trackers['add']
}
type Answer = { status: number; json: unknown; headers?: Record<string, string> }

const bodyOf = async (request: IncomingMessage): Promise<Sent> => {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text === '' ? {} : (JSON.parse(text) as Sent)
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const page = <T>(all: readonly T[], url: URL): T[] => {
  const size = Number(url.searchParams.get('per_page') ?? 30)
  const from = (Number(url.searchParams.get('page') ?? 1) - 1) * size
  return all.slice(from, from + size)
}

const github = ({ request, url, sent, issues, add }: Asked): Answer => {
  const shown = (one: StoredIssue) => ({
    id: 9_000 + one.number,
    node_id: 'I_x',
    number: one.number,
    html_url: `https://github.test/acme/login/${one.isPull ? 'pull' : 'issues'}/${one.number}`,
    state: one.state,
    state_reason: one.reason,
    title: one.title,
    // GitHub gives null where nothing was written.
    body: one.body === '' ? null : one.body,
    labels: one.labels.map((name) => ({ name })),
    user: { login: 'someone' },
    ...(one.isPull ? { pull_request: { url: 'x' } } : {}),
  })
  const docs = { documentation_url: 'https://docs.github.com/rest' }
  if (request.headers.authorization !== `Bearer ${TOKEN}`)
    return { status: 401, json: { message: 'Bad credentials', ...docs, status: '401' } }
  if (request.headers['x-github-api-version'] !== '2022-11-28')
    return { status: 400, json: { message: 'unknown version' } }
  if (url.pathname === '/search/issues') {
    const words = /"([^"]*)"/.exec(url.searchParams.get('q') ?? '')?.[1] ?? ''
    const plain = (body: string): string => body.replace(/[^\w]+/g, ' ')
    const items = issues.filter(({ body }) => plain(body).includes(plain(words).trim()))
    return { status: 200, json: { total_count: items.length, items: page(items, url).map(shown) } }
  }
  const path = /^\/repos\/acme\/login\/issues(?:\/(\d+))?$/.exec(url.pathname)
  if (path === null) return { status: 404, json: { message: 'Not Found', ...docs, status: '404' } }
  if (request.method === 'GET' && path[1] === undefined) {
    const label = url.searchParams.get('labels')
    const state = url.searchParams.get('state') ?? 'open'
    const chosen = issues
      .filter(({ labels }) => label === null || labels.includes(label))
      .filter((one) => state === 'all' || one.state === state)
      .toReversed()
    return { status: 200, json: page(chosen, url).map(shown) }
  }
  if (request.method === 'POST') {
    if (sent['title'] === '' || sent['title'] === undefined)
      return {
        status: 422,
        json: {
          message: 'Validation Failed',
          errors: [{ resource: 'Issue', field: 'title', code: 'missing_field' }],
          ...docs,
        },
      }
    const made = add({
      title: text(sent['title']),
      body: text(sent['body']),
      labels: (sent['labels'] ?? []) as string[],
    })
    return { status: 201, json: shown(made) }
  }
  const issue = issues.find(({ number }) => number === Number(path[1]))
  if (issue === undefined) return { status: 404, json: { message: 'Not Found', ...docs } }
  if (request.method === 'PATCH') {
    if (sent['body'] !== undefined) issue.body = text(sent['body'])
    if (sent['state'] !== undefined) issue.state = sent['state'] as StoredIssue['state']
    if (sent['state_reason'] !== undefined) issue.reason = text(sent['state_reason'])
  }
  return { status: 200, json: shown(issue) }
}

const gitlab = ({ request, url, sent, issues, add }: Asked): Answer => {
  const shown = (one: StoredIssue) => ({
    id: 70_000 + one.number,
    iid: one.number,
    project_id: 5,
    web_url: `https://gitlab.test/acme/login/-/issues/${one.number}`,
    state: one.state === 'open' ? 'opened' : 'closed',
    title: one.title,
    description: one.body === '' ? null : one.body,
    labels: one.labels,
    due_date: one.due,
  })
  if (request.headers['private-token'] !== TOKEN)
    return { status: 401, json: { message: '401 Unauthorized' } }
  const path = /^\/api\/v4\/projects\/acme%2Flogin\/issues(?:\/(\d+))?$/.exec(url.pathname)
  if (path === null) return { status: 404, json: { message: '404 Project Not Found' } }
  if (request.method === 'GET' && path[1] === undefined) {
    const label = url.searchParams.get('labels')
    const words = url.searchParams.get('search')
    const chosen = issues
      .filter(({ labels }) => label === null || labels.includes(label))
      .filter(({ body }) => words === null || body.includes(words))
      .toReversed()
    return { status: 200, json: page(chosen, url).map(shown), headers: { 'x-next-page': '' } }
  }
  if (request.method === 'POST') {
    if (text(sent['title']) === '') return { status: 400, json: { error: 'title is missing' } }
    const made = add({
      title: text(sent['title']),
      body: text(sent['description']),
      labels: text(sent['labels']).split(','),
      due: text(sent['due_date']) || null,
    })
    return { status: 201, json: shown(made) }
  }
  const issue = issues.find(({ number }) => number === Number(path[1]))
  if (issue === undefined) return { status: 404, json: { message: '404 Not found' } }
  if (request.method === 'PUT') {
    if (sent['description'] !== undefined) issue.body = text(sent['description'])
    if (sent['state_event'] === 'close') issue.state = 'closed'
    if (sent['state_event'] === 'reopen') issue.state = 'open'
  }
  return { status: 200, json: shown(issue) }
}
