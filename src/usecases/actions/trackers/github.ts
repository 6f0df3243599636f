/** Issues of GitHub, by its REST API (docs.github.com/rest/issues), version 2022-11-28. */
import { defined } from '../../../incident/defined.ts'
import { z } from 'zod'
import { askTracker, TrackerTrouble, type Api } from './ask-tracker.ts'
import { LABEL, type Tracker, type TrackerIssue } from './tracker.ts'

export const GITHUB_URL = 'https://api.github.com'

const PAGE = 100
const MOST_PAGES = 50

const issue = z.looseObject({
  number: z.int().min(1),
  html_url: z.string(),
  state: z.enum(['open', 'closed']),
  body: z.string().nullable(),
  /** Lists of issues hold pull requests, too. */
  pull_request: z.unknown().optional(),
})

const found = z.looseObject({ items: z.array(issue) })

export const githubHeaders = (token: string): Record<string, string> => ({
  accept: 'application/vnd.github+json',
  authorization: `Bearer ${token}`,
  'x-github-api-version': '2022-11-28',
})

export const github = (api: Api, repo: string): Tracker => {
  const path = `/repos/${repo}/issues`
  let labeled: Promise<z.output<typeof issue>[]> | undefined
  const one = async (asked: Omit<Parameters<typeof askTracker>[1], 'schema'>) => {
    const answer = await askTracker(api, { ...asked, schema: issue })
    return answer === undefined ? undefined : issueOf(answer.value)
  }
  return {
    name: 'github',
    where: `${repo} at ${api.base}`,
    get: (number) => one({ method: 'GET', path: `${path}/${number}`, mayBeGone: true }),
    async find(mark) {
      // The list knows at once what was made; the search, which knows more, does so after a while.
      labeled ??= allLabeled(api, path)
      const known = matching(await labeled, mark)
      return known.length > 0 ? known : matching(await searched(api, repo, mark), mark)
    },
    async create({ title, body }) {
      return there(await one({ method: 'POST', path, json: { title, body, labels: [LABEL] } }))
    },
    async update(number, { body, state, notPlanned }) {
      const reason =
        state === 'open' ? 'reopened' : notPlanned === true ? 'not_planned' : 'completed'
      const json = {
        ...defined({ body }),
        ...(state === undefined ? {} : { state, state_reason: reason }),
      }
      return there(await one({ method: 'PATCH', path: `${path}/${number}`, json }))
    },
  }
}

const there = (made: TrackerIssue | undefined): TrackerIssue => {
  if (made === undefined) throw new TrackerTrouble('the issue is gone', { rest: false })
  return made
}

const issueOf = ({ number, html_url: url, state, body }: z.output<typeof issue>): TrackerIssue => ({
  number,
  url,
  state,
  body: body ?? '',
})

const matching = (all: readonly z.output<typeof issue>[], mark: string): TrackerIssue[] =>
  all
    .filter((one) => one.pull_request === undefined)
    .map(issueOf)
    .filter(({ body }) => body.includes(mark))
    .toSorted((a, b) => a.number - b.number)

const allLabeled = async (api: Api, path: string): Promise<z.output<typeof issue>[]> => {
  const all: z.output<typeof issue>[] = []
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const query = `labels=${LABEL}&state=all&per_page=${PAGE}&page=${page}`
    const answer = await askTracker(api, {
      method: 'GET',
      path: `${path}?${query}`,
      schema: z.array(issue),
    })
    all.push(...(answer?.value ?? []))
    if ((answer?.value.length ?? 0) < PAGE) return all
  }
  throw tooMany(MOST_PAGES * PAGE)
}

/** Making an issue without having seen all would make it twice. */
export const tooMany = (count: number): TrackerTrouble =>
  new TrackerTrouble(`more than ${count} issues carry the label ${LABEL}: not all were looked at`, {
    hint: 'take the label off issues that are long closed',
    rest: true,
  })

/** People take labels off. */
const searched = async (
  api: Api,
  repo: string,
  mark: string,
): Promise<z.output<typeof issue>[]> => {
  const words = mark
    .replace(/[^\w\s./-]+/g, ' ')
    .replace(/\s+-+|-+\s+/g, ' ')
    .trim()
  const q = encodeURIComponent(`"${words}" in:body is:issue repo:${repo}`)
  const answer = await askTracker(api, {
    method: 'GET',
    path: `/search/issues?q=${q}&per_page=${PAGE}`,
    schema: found,
  })
  return answer?.value.items ?? []
}
