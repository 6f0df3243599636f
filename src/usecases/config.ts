/** hotwash.yaml in the repository's root; all of it optional. `readConfig` is in read-config.ts. */
import type { CriterionId } from '../postmortem/review-criteria.ts'

export type Config = {
  review: ReviewRules
  default_branch: string | undefined
  remote: string
  push: boolean
  /** Team name to e-mail addresses. */
  teams: Readonly<Record<string, readonly string[]>>
  severities: readonly string[]
  state_dir: string | undefined
  /** A program that makes PDFs; undefined: looked for on PATH. */
  chromium: string | undefined
  /** What `run --rehearse` may touch; undefined: nothing. */
  rehearsal: Rehearsal | undefined
  /** Rules of `postmortem lint` that are switched off, or count for more or less. */
  lint: { rules: Readonly<Record<string, 'error' | 'warning' | 'off'>> }
  /** Where `actions sync` keeps an issue for each action. */
  trackers: Trackers
  /** What `postmortem publish` refuses besides what it knows by itself, and what it lets pass. */
  public: { deny: readonly string[]; allow: readonly string[] }
}

export type Trackers = {
  /** `owner/name`; `url` of the API of an own server. */
  github?: { repo: string; url?: string | undefined } | undefined
  /** `group/name` or the number of the project; `url` of an own server. */
  gitlab?: { project: string; url?: string | undefined } | undefined
}

type ReviewRules = {
  /** How many people have to approve a report. */
  approvals: number
  /** What has to hold before its review is closed. */
  require: readonly CriterionId[]
}

export type Rehearsal = {
  /** `host:port/name`, or the path of a SQLite file. */
  databases: readonly string[]
  /** Origins, such as http://127.0.0.1:8000. */
  urls: readonly string[]
  /** Commands may be run; what they touch cannot be known. */
  commands: boolean
  /** Inputs of every rehearsal, unless -i gives another value. */
  inputs: Readonly<Record<string, string>>
}

export const DEFAULTS: Config = {
  review: { approvals: 1, require: ['head', 'to_write', 'lint', 'approvals', 'actions', 'times'] },
  default_branch: undefined,
  remote: 'origin',
  push: false,
  teams: {},
  severities: ['SEV1', 'SEV2', 'SEV3', 'SEV4', 'SEV5'],
  state_dir: undefined,
  chromium: undefined,
  rehearsal: undefined,
  lint: { rules: {} },
  trackers: {},
  public: { deny: [], allow: [] },
}
