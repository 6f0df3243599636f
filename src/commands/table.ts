/**
 * Every command: where it stands in the help, its one line, and where its class is. Dispatch, help
 * and the unknown-command hint read this table, so that only the command that runs is loaded.
 */
import type { CommandTable } from '../cli/command-entry.ts'

export const COMMANDS: CommandTable = {
  run: {
    group: 'run',
    summary: 'run a runbook step by step',
    load: () => import('./run.ts'),
  },
  resume: {
    group: 'run',
    summary: 'go on with a paused, failed or killed run',
    load: () => import('./resume.ts'),
  },
  rollback: {
    group: 'run',
    summary: 'undo what was done, last in first out',
    load: () => import('./rollback.ts'),
  },
  answer: {
    group: 'run',
    summary: 'answer a waiting step, from any terminal',
    load: () => import('./answer.ts'),
  },
  approve: {
    group: 'run',
    summary: 'approve or reject a waiting step',
    load: () => import('./approve.ts'),
  },
  declare: {
    group: 'incident',
    summary: 'open an incident',
    load: () => import('./declare.ts'),
  },
  update: {
    group: 'incident',
    summary: 'say that it is acknowledged or mitigated; change severity, title, times',
    load: () => import('./update.ts'),
  },
  note: {
    group: 'incident',
    summary: 'add a line to the timeline, from any terminal',
    load: () => import('./note.ts'),
  },
  exec: {
    group: 'incident',
    summary: 'run an improvised command and record its output',
    load: () => import('./exec.ts'),
  },
  status: {
    group: 'incident',
    summary: 'where the incident stands, and what to type next',
    load: () => import('./status.ts'),
  },
  show: {
    group: 'incident',
    summary: 'the whole incident: runs, steps, timeline',
    load: () => import('./show.ts'),
  },
  list: {
    group: 'incident',
    summary: 'list the incidents, newest first',
    load: () => import('./list.ts'),
  },
  resolve: {
    group: 'incident',
    summary: 'say that the incident is over',
    load: () => import('./resolve.ts'),
  },
  close: {
    group: 'incident',
    summary: 'end the record; with --merge, bring it into the default branch',
    load: () => import('./close.ts'),
  },
  sync: {
    group: 'incident',
    summary: 'commit and push what git does not have yet',
    load: () => import('./sync.ts'),
  },
  'audit:verify': {
    group: 'review',
    summary: 'prove that nobody altered the record',
    load: () => import('./audit/verify.ts'),
  },
  'audit:log': {
    group: 'review',
    summary: 'every event, with the commit that holds it',
    load: () => import('./audit/log.ts'),
  },
  'postmortem:draft': {
    group: 'report',
    summary: 'write the post-mortem from the record',
    load: () => import('./postmortem/draft.ts'),
  },
  'postmortem:render': {
    group: 'report',
    summary: 'bring the post-mortem up to date with the record; what people wrote stays',
    load: () => import('./postmortem/render.ts'),
  },
  'postmortem:diff': {
    group: 'report',
    summary: 'what a new render would change',
    load: () => import('./postmortem/diff.ts'),
  },
  'postmortem:edit': {
    group: 'report',
    summary: 'write what only people know, in your editor',
    load: () => import('./postmortem/edit.ts'),
  },
  'postmortem:review': {
    group: 'report',
    summary: 'where the review of a post-mortem stands; ask for it, approve, close',
    load: () => import('./postmortem/review.ts'),
  },
  'postmortem:import': {
    group: 'report',
    summary: 'make an incident of the past from a post-mortem in Markdown',
    load: () => import('./postmortem/import.ts'),
  },
  'postmortem:schema': {
    group: 'report',
    summary: 'the JSON Schema of the head of a post-mortem, for editors',
    load: () => import('./postmortem/schema.ts'),
  },
  'postmortem:show': {
    group: 'report',
    summary: 'print the post-mortem as Markdown',
    load: () => import('./postmortem/show.ts'),
  },
  'postmortem:templates': {
    group: 'report',
    summary: 'the templates there are, and what each needs',
    load: () => import('./postmortem/templates.ts'),
  },
  'postmortem:export': {
    group: 'report',
    summary: 'the post-mortem as a page, a picture or data',
    load: () => import('./postmortem/export.ts'),
  },
  'postmortem:lint': {
    group: 'report',
    summary: 'check what a post-mortem says against itself and the log',
    load: () => import('./postmortem/lint.ts'),
  },
  'postmortem:publish': {
    group: 'report',
    summary: 'the version for outsiders, with nothing internal in it',
    load: () => import('./postmortem/publish.ts'),
  },
  'postmortem:actions': {
    group: 'report',
    summary: 'what the report promises, and what has become of it',
    load: () => import('./postmortem/actions.ts'),
  },
  'runbook:list': {
    group: 'author',
    summary: 'runbooks of this repository, and those that come with hotwash',
    load: () => import('./runbook/list.ts'),
  },
  'runbook:show': {
    group: 'author',
    summary: 'what a runbook asks for, and what each step does',
    load: () => import('./runbook/show.ts'),
  },
  'runbook:lint': {
    group: 'author',
    summary: 'check runbooks without running anything',
    load: () => import('./runbook/lint.ts'),
  },
  'runbook:import': {
    group: 'author',
    summary: 'draft a runbook from a checklist in Markdown',
    load: () => import('./runbook/import.ts'),
  },
  'runbook:schema': {
    group: 'author',
    summary: 'the JSON Schema of the format, for editors',
    load: () => import('./runbook/schema.ts'),
  },
  search: {
    group: 'learn',
    summary: 'words in the titles, timelines, reports and runbooks of all incidents',
    load: () => import('./search.ts'),
  },
  stats: {
    group: 'learn',
    summary: 'how long incidents took, what repeats, and what was promised',
    load: () => import('./stats.ts'),
  },
  similar: {
    group: 'learn',
    summary: 'earlier incidents like this one, what ended them, and why they are alike',
    load: () => import('./similar.ts'),
  },
  'actions:list': {
    group: 'learn',
    summary: 'what was promised in all incidents, the worst first',
    load: () => import('./actions/list.ts'),
  },
  'actions:check': {
    group: 'learn',
    summary: 'prove actions by carrying out their done_when',
    load: () => import('./actions/check.ts'),
  },
  'actions:sync': {
    group: 'learn',
    summary: 'keep an issue for each action, in GitHub or GitLab',
    load: () => import('./actions/sync.ts'),
  },
  'actions:close': {
    group: 'learn',
    summary: 'say that an action is done, and how that is known',
    load: () => import('./actions/close.ts'),
  },
  doctor: {
    group: 'machine',
    summary: 'is this machine ready for an outage, and what to fix',
    load: () => import('./doctor.ts'),
  },
  demo: {
    group: 'machine',
    summary: 'see it all work in one minute, in a throw-away repository',
    load: () => import('./demo.ts'),
  },
}
