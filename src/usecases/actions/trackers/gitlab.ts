/** Issues of GitLab, by its REST API (docs.gitlab.com/api/issues), version 4. */
import { defined } from '../../../incident/defined.ts'
import { z } from 'zod'
import { askTracker, TrackerTrouble, type Api } from './ask-tracker.ts'
import { tooMany } from './github.ts'
import { LABEL, type Tracker, type TrackerIssue } from './tracker.ts'

export const GITLAB_URL = 'https://gitlab.com'

const PAGE = 100
const MOST_PAGES = 50

const issue = z.looseObject({
  /** Within the project; `id` is of the whole server. */
  iid: z.int().min(1),
  web_url: z.string(),
  state: z.enum(['opened', 'closed']),
  description: z.string().nullable(),
})

export const gitlabHeaders = (token: string): Record<string, string> => ({ 'private-token': token })

export const gitlab = (api: Api, project: string): Tracker => {
  const path = `/api/v4/projects/${encodeURIComponent(project)}/issues`
  let labeled: Promise<z.output<typeof issue>[]> | undefined
  const one = async (asked: Omit<Parameters<typeof askTracker>[1], 'schema'>) => {
    const answer = await askTracker(api, { ...asked, schema: issue })
    return answer === undefined ? undefined : issueOf(answer.value)
  }
  return {
    name: 'gitlab',
    where: `${project} at ${api.base}`,
    get: (number) => one({ method: 'GET', path: `${path}/${number}`, mayBeGone: true }),
    async find(mark) {
      labeled ??= all(api, `${path}?labels=${LABEL}`)
      const known = matching(await labeled, mark)
      if (known.length > 0) return known
      const words = encodeURIComponent(mark)
      return matching(await all(api, `${path}?search=${words}&in=description`), mark)
    },
    async create({ title, body, due }) {
      const json = {
        title,
        description: body,
        labels: LABEL,
        ...defined({ due_date: due }),
      }
      return there(await one({ method: 'POST', path, json }))
    },
    async update(number, { body, state }) {
      const json = {
        ...defined({ description: body }),
        ...(state === undefined ? {} : { state_event: state === 'open' ? 'reopen' : 'close' }),
      }
      return there(await one({ method: 'PUT', path: `${path}/${number}`, json }))
    },
  }
}

const there = (made: TrackerIssue | undefined): TrackerIssue => {
  if (made === undefined) throw new TrackerTrouble('the issue is gone', { rest: false })
  return made
}

const issueOf = ({
  iid,
  web_url: url,
  state,
  description,
}: z.output<typeof issue>): TrackerIssue => ({
  number: iid,
  url,
  state: state === 'closed' ? 'closed' : 'open',
  body: description ?? '',
})

const matching = (issues: readonly z.output<typeof issue>[], mark: string): TrackerIssue[] =>
  issues
    .map(issueOf)
    .filter(({ body }) => body.includes(mark))
    .toSorted((a, b) => a.number - b.number)

/** Open and closed ones, of everybody. */
const all = async (api: Api, path: string): Promise<z.output<typeof issue>[]> => {
  const issues: z.output<typeof issue>[] = []
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const query = `scope=all&state=all&per_page=${PAGE}&page=${page}`
    const answer = await askTracker(api, {
      method: 'GET',
      path: `${path}&${query}`,
      schema: z.array(issue),
    })
    issues.push(...(answer?.value ?? []))
    if ((answer?.value.length ?? 0) < PAGE) return issues
  }
  throw tooMany(MOST_PAGES * PAGE)
}
