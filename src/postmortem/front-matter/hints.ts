/**
 * What belongs into each field of the head, in one line: the comment beside an empty field, and the
 * description in the JSON Schema that editors show.
 */
export const HINTS = {
  detection_source:
    'monitoring, customer, employee, partner, chance or other; {unknown: why} where nobody can know',
  unknown_times:
    '{impact_start: why nobody can know it}; also detected, acknowledged, mitigated, resolved',
  services: '[login, session-store]: what was hit',
  environment: 'production, staging, ...',
  roles: '{incident_commander: NAME, scribe: NAME}',
  impact:
    '{numbers: {users: 1200, failed_logins: {about: 300}, orders: {between: [10, 20]}}, says: who could not do what}, or {unknown: why}',
  trigger: 'what set it off, in a sentence, or {unknown: why}',
  contributing_factors:
    '[{id: pool-limit, says: the pool had no room, because: [no-alert]}]: several, never a person',
  hypotheses: '[{claim: ..., state: confirmed | likely | open | dropped, why: ...}]',
  went_well: '[what worked and should be kept]',
  went_wrong: '[what was slow, missing, misleading]',
  lucky: '[what could have made it worse, and by chance did not]',
  surprising: '[what nobody would have guessed]',
  actions:
    '[{id: alert, title: ..., type: prevent | detect | mitigate | repair | investigate | process, owner: one person, priority: P0 to P4, due: 2026-12-01, tracker: url, done_when: a sentence or a step body}]; declined: why',
  public:
    '{title: ..., services: [...], summary: ..., impact: ..., cause: ..., remedies: [...]}: what outsiders are told, in words for them; numbers, factors, actions: ids that they may see',
} as const

/** What the log says: written by hotwash; corrected in the log and not here. */
export const LOG_HINTS = {
  incident: 'id of the incident',
  title: 'its title',
  drill: 'declared by a rehearsal: nobody was hit',
  severity: 'its last severity',
  status: 'open, acknowledged, mitigated, resolved or closed',
  impact_start: 'when users began to suffer: hotwash update --impact-start TIME',
  detected_at: 'when it was noticed: hotwash update --detected-at TIME',
  declared_at: 'when it was declared',
  acknowledged_at: 'when somebody took it up: hotwash update --status acknowledged --at TIME',
  mitigated_at: 'when users no longer suffered: hotwash update --status mitigated --at TIME',
  resolved_at: 'when it was over: hotwash resolve --at TIME',
  responders: 'everybody who is in the log',
  runbooks: 'what was run, and the digest of its exact text',
  template: 'by which the report is rendered',
  rendered_by: 'the version of hotwash',
} as const
