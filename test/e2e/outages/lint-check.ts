/**
 * The report of an outage from the first draft to the public version, as a person makes it: lint
 * asks for what is left to people, is content with what they wrote, and finds each fault alone.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { stringify } from 'yaml'
import { foldEvents } from '../../../src/incident/fold.ts'
import type { Finding } from '../../../src/postmortem/lint/finding.ts'
import { lintReport } from '../../../src/postmortem/lint/lint-report.ts'
import { git, hotwash, json, type Ended, type Place } from '../../hotwash.ts'
import { FAULTS } from './planted-faults.ts'
import { opened } from './report-check.ts'
import type { Told } from './told-outages.ts'

const MARK = /^> \*\*To write:\*\* .*\n<!-- to-write: ([a-z_]+) -->$/gm

const filledIn = (report: string, { head, prose }: Told): string =>
  Object.entries(head)
    .reduce(
      (text, [key, value]) =>
        text.replace(new RegExp(`^${key}: null.*$`, 'm'), () =>
          stringify({ [key]: value }, { lineWidth: 0 }).trimEnd(),
        ),
      report,
    )
    .replace(MARK, (mark, id: string) =>
      // The head answers these; the next render says so.
      ['impact', 'trigger', 'causes', 'actions', 'went_well', 'went_wrong', 'lucky'].includes(id)
        ? mark
        : (prose[id] ?? prose.rest),
    )

const linted = (place: Place, incident: string): { code: number | null; findings: Finding[] } => {
  const ended = hotwash(place, ['postmortem', 'lint', incident, '--json'])
  return { code: ended.code, findings: json<{ findings: Finding[] }>(ended).findings }
}

const minutesBefore = (at: string, minutes: number): string =>
  new Date(Date.parse(at) - minutes * 60_000).toISOString()

/** The incident is open, and its run has ended. */
export async function expectReportToBeMade(
  place: Place,
  incident: string,
  told: Told | undefined,
): Promise<void> {
  if (told === undefined) throw new Error('nobody told what people know of this outage')
  const does = (...args: string[]): Ended => {
    const ended = hotwash(place, args)
    expect([args, ended.code, ended.stderr]).toEqual([args, 0, ended.stderr])
    return ended
  }
  const { declared_at: declared } = json<{ incident: { declared_at: string } }>(
    hotwash(place, ['show', incident, '--json']),
  ).incident
  const [began, seen] = [minutesBefore(declared, 30), minutesBefore(declared, 20)]
  const times = ['--impact-start', began, '--detected-at', seen, '--source', 'support']
  does('update', incident, ...times)
  does('exec', '--incident', incident, '--', 'echo', 'looked')
  does('update', incident, '--status', 'mitigated')
  const drafted = does('postmortem', 'draft', incident, '--json')
  const { branch, path } = json<{ branch: string; path: string }>(drafted)

  const asked = linted(place, incident)
  expect([asked.code, ...asked.findings.map(({ rule }) => rule)]).toEqual([
    9,
    ...Array<string>(asked.findings.length).fill('to-write-left'),
  ])
  expect(asked.findings).toHaveLength(LEFT_IN_DRAFT)

  const tree = join(place.home, 'tree')
  git(place, 'worktree', 'add', '-q', tree, branch)
  const file = join(tree, path)
  writeFileSync(file, filledIn(readFileSync(file, 'utf8'), told))
  does('postmortem', 'render', incident)
  expect(linted(place, incident)).toEqual({ code: 0, findings: [] })
  const text = readFileSync(file, 'utf8')

  await opened(place, incident, async ({ journal, rendered }) => {
    const events = journal.events()
    const record = { events, state: foldEvents(incident, events) }
    const now = minutesBefore(declared, -60)
    const lint = (report: string) => lintReport({ text: report, file: 'report.md', record, now })
    for (const name of FILLED) {
      const report = filledIn(await rendered(name), told)
      expect({ name, found: lint(report) }).toEqual({ name, found: [] })
    }
    const faults = Object.entries(FAULTS)
    const foundIn = (wrong: string) =>
      lint(wrong).map(({ rule, also }) => (also === undefined ? rule : `${rule}, both places`))
    const planted = faults.map(([name, { plant }]) => [name, plant(text)] as const)
    expect(planted.filter(([, wrong]) => wrong === text)).toEqual([])
    expect(planted.map(([name, wrong]) => [name, ...foundIn(wrong)])).toEqual(
      faults.map(([name, { rule, both }]) => [name, both ? `${rule}, both places` : rule]),
    )
  })

  const published = hotwash(place, ['postmortem', 'publish', incident, '--check', '--json'])
  const { markdown, issues = [] } = json<{ markdown: string; issues?: object[] }>(published)
  expect([published.code, ...issues]).toEqual([0])
  git(place, 'worktree', 'remove', '--force', tree)
  expect(markdown).toContain(told.head.public?.summary)
  expect(markdown).not.toMatch(/Robin|Engineer|127\.0\.0\.1|\/|`|hotwash|ops|\[\^e|To write/)
}

/** Summary, impact, its start … of `google-sre`, less those that the times above answer. */
const LEFT_IN_DRAFT = 10
const FILLED = ['pagerduty', 'atlassian', 'gitlab', 'narrative', 'brief', 'troubleshooting', 'playbook', 'recovery'] // prettier-ignore
