/**
 * The rows that a person finds in the timelines of the fixtures: line, moment, words. Without a moment
 * the row has to be named as not placed. Made by reading, not by running the import.
 */
export type HandRow = readonly [line: number, at: string | undefined, words: string]

export const ROWS_BY_HAND: Readonly<Record<string, readonly HandRow[]>> = {
  'table-cet': [
    [13, '2025-03-17T08:21:00Z', 'Upgrade of the ingress controller begins'],
    [14, '2025-03-17T08:24:00Z', 'All booking pages answer with 502'],
    [15, '2025-03-17T08:31:00Z', 'Mail sent to the harbour desk'],
    [17, '2025-03-17T08:52:00Z', 'Controller downgraded by hand'],
    [18, '2025-03-17T12:30:00Z', 'Upgraded again'],
  ],
  'brackets-pst': [
    [51, undefined, 'The change is merged'],
    [52, '2025-02-18T21:20:00Z', 'The change is deployed'],
    [54, '2025-02-19T00:04:00Z', '@ana sees'],
    [55, '2025-02-19T00:19:00Z', '240 waiting builds'],
    [56, '2025-02-19T00:40:00Z', 'in the meantime @ana'],
    [58, '2025-02-19T01:30:00Z', 'Builds start again'],
  ],
  'heading-times': [
    [11, undefined, 'General slowness'],
    [14, '2025-01-23T00:30:00Z', 'Mail from the monitor'],
    [18, '2025-01-23T00:32:00Z', 'Very few log lines'],
    [22, '2025-01-23T00:41:00Z', 'nightly cleaning'],
    [26, '2025-01-23T00:48:00Z', 'Notebooks start.'],
  ],
  'day-date-time': [
    [16, '2025-01-23T22:06:00Z', 'finds the lock'],
    [17, '2025-01-23T22:08:00Z', '(by hand)'],
    [18, '2025-01-23T23:55:00Z', 'joins the call'],
    [19, '2025-01-24T00:20:00Z', 'Support is asked'],
    [20, '2025-01-24T16:49:00Z', 'opened again'],
    [21, undefined, 'Everybody sleeps'],
  ],
  'code-block': [
    [8, '2025-05-09T12:48:00Z', 'The last block before'],
    [9, '2025-05-09T13:11:00Z', 'not in step'],
    [10, '2025-05-09T13:12:00Z', 'Version 1.10.30'],
    [11, '2025-05-09T13:45:00Z', 'WARNING too big'],
    [12, '2025-05-09T14:20:00Z', 'negative amounts'],
    [13, '2025-05-09T17:18:00Z', 'The release was published'],
  ],
  'bold-times': [
    [25, '2025-10-21T21:45:00Z', 'Change is deployed'],
    [26, '2025-10-21T21:47:00Z', 'Monitoring sees errors'],
    [27, '2025-10-21T22:30:00Z', '97% of memory'],
    [28, '2025-10-21T23:28:00Z', 'Service is well'],
    [36, '2025-10-29T22:30:00Z', 'Reported, errors rise'],
    [37, '2025-10-30T00:03:00Z', 'Machines are taken back'],
    [38, '2025-10-30T05:39:00Z', 'answers are fast again'],
  ],
  'book-template': [
    [66, '2025-10-21T14:51:00Z', 'a new sonnet was found'],
    [67, '2025-10-21T14:53:00Z', 'Traffic rises 88 times'],
    [68, '2025-10-21T14:54:00Z', 'OUTAGE BEGINS'],
    [69, '2025-10-21T14:55:00Z', 'pager storm'],
    [70, '2025-10-21T14:57:00Z', 'All traffic to search fails'],
    [71, '2025-10-21T15:10:00Z', 'finds the word'],
    [72, '2025-10-21T15:36:00Z', '20 % of traffic'],
    [73, '2025-10-21T16:00:00Z', 'OUTAGE MITIGATED'],
    [74, '2025-10-21T16:30:00Z', 'INCIDENT ENDS'],
  ],
  'twelve-hour': [
    [10, '2025-11-21T04:42:00Z', '3:20'],
    [12, '2025-11-21T04:50:00Z', 'Pat acknowledges'],
    [14, '2025-11-21T05:10:00Z', 'night number'],
    [16, '2025-11-21T05:30:00Z', 'Calls with the bank'],
    [18, '2025-11-21T06:00:00Z', 'version 10.30'],
    [20, '2025-11-21T07:05:00Z', 'new certificate'],
    [22, '2025-11-21T14:00:00Z', 'says sorry'],
  ],
  relative: [
    [7, '2025-09-03T08:15:00Z', 'between the two halls'],
    [8, '2025-09-03T08:17:00Z', 'Alarm in the network room'],
    [9, '2025-09-03T08:24:00Z', 'Lu takes over'],
    [10, '2025-09-03T09:20:00Z', 'under a foot'],
    [11, '2025-09-03T08:12:00Z', 'enters hall B'],
    [12, undefined, 'coffee'],
  ],
  'chat-paste': [
    [7, '2025-07-14T08:05:00Z', 'Anybody else?'],
    [11, '2025-07-14T08:07:00Z', 'Same here'],
    [14, '2025-07-14T08:21:00Z', 'virus scanner'],
    [17, '2025-07-14T08:40:00Z', 'Licence renewed'],
  ],
  'newest-first': [
    [16, '2025-08-03T00:40:00Z', 'All calls hold'],
    [17, '2025-08-02T23:55:00Z', 'We roll a fix out'],
    [18, '2025-08-02T23:10:30Z', 'sends packets twice'],
    [19, '2025-08-02T20:41:00Z', 'First reports'],
  ],
  'html-inside': [
    [21, '2025-06-11T09:05:00Z', 'Cache rule is changed'],
    [22, '2025-06-11T09:20:00Z', 'Rule is live'],
    [24, '2025-06-11T10:02:00Z', 'First gray tiles'],
    [25, '2025-06-11T10:30:00Z', 'Caches are emptied'],
    [26, '2025-06-11T23:58:00Z', 'One more report'],
    [27, '2025-06-12T00:07:00Z', 'Last gray tile'],
    [30, undefined, 'On-call is paged'],
  ],
  'prose-only': [],
}

/** By the line on which each incident of the log begins; its times are in London, in summer. */
export const LOG_BY_HAND: Readonly<Record<number, readonly HandRow[]>> = {
  14: [
    [17, '2025-05-25T11:10:00Z', 'First detected'],
    [18, '2025-05-25T13:54:00Z', 'Incident declared'],
    [19, '2025-05-25T14:18:00Z', 'Repaired'],
    [20, '2025-05-25T15:19:00Z', 'Resolved'],
    [29, '2025-05-25T11:10:00Z', 'Index is blocked'],
    [30, '2025-05-25T12:45:00Z', 'No new lines'],
    [31, '2025-05-25T13:27:00Z', 'User tells'],
    [32, '2025-05-25T13:54:00Z', 'Incident declared'],
    [33, '2025-05-25T14:18:00Z', 'The disk is full'],
    [34, '2025-05-25T15:19:00Z', 'Incident resolved'],
  ],
  43: [
    [46, '2025-04-15T07:15:00Z', 'First detected'],
    [47, '2025-04-15T08:31:00Z', 'Incident declared'],
    [48, '2025-04-15T11:42:00Z', 'Repaired'],
    [49, '2025-04-16T11:42:00Z', 'Resolved'],
    [54, '2025-04-15T07:15:00Z', 'could not start'],
    [55, '2025-04-15T08:31:00Z', 'Incident declared'],
    [56, '2025-04-15T11:42:00Z', 'bigger disks'],
    [57, '2025-04-16T11:42:00Z', 'Incident resolved'],
  ],
}
