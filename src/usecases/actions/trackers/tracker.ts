/** A tracker of issues, as much of one as actions need. */
export type TrackerName = 'github' | 'gitlab'

export type TrackerIssue = {
  /** As people see it: `#7`. */
  number: number
  url: string
  state: 'open' | 'closed'
  body: string
}

type NewIssue = { title: string; body: string; due: string | undefined }

export type IssueChange = {
  body?: string
  state?: 'open' | 'closed'
  /** Closed because it will not be done. */
  notPlanned?: boolean
}

/** Every call throws TrackerTrouble where it cannot do what it says. */
export type Tracker = {
  name: TrackerName
  /** `acme/login at https://api.github.com` */
  where: string
  /** undefined: there is none with this number, any more. */
  get(number: number): Promise<TrackerIssue | undefined>
  /** Issues whose body holds this text, the oldest first. */
  find(mark: string): Promise<TrackerIssue[]>
  create(issue: NewIssue): Promise<TrackerIssue>
  update(number: number, change: IssueChange): Promise<TrackerIssue>
}

/** All issues that hotwash makes carry it. */
export const LABEL = 'hotwash'
