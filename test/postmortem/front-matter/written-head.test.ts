/** The head as hotwash writes it is the head as hotwash reads it. */
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { foldEvents } from '../../../src/incident/fold.ts'
import {
  parseFrontMatter,
  splitHead,
} from '../../../src/postmortem/front-matter/parse-front-matter.ts'
import { frontMatterSchema } from '../../../src/postmortem/front-matter/schema.ts'
import { buildView } from '../../../src/postmortem/view.ts'
import { makeEvents, type TestDraft } from '../../events.ts'
import { every } from '../../incident/every-event.ts'
import { goodFix, outage } from '../outage.ts'

const headOf = (events: ReturnType<typeof makeEvents>): string =>
  buildView({
    events,
    state: foldEvents('2026-11-21-login-outage', events),
    readEvidence: () => undefined,
    tool: 'hotwash 0.1.0',
    template: 'google-sre',
  }).front_matter

const parsed = (head: string) => parseFrontMatter(`${head}\n\n# Post-mortem\n`, 'postmortem.md')

describe('the head of a drafted report', () => {
  test.each([
    ['an outage', outage(goodFix)],
    ['every event there is', makeEvents(every)],
    ['nothing but a declaration', makeEvents(every.slice(0, 1))],
    ['a drill', makeEvents(every.slice(1, 2))],
  ])('of %s has every field of the schema, and is read without a problem', (_, events) => {
    const head = headOf(events)
    expect(Object.keys(parse(splitHead(head)?.yaml ?? '') as object).toSorted()).toEqual(
      Object.keys(frontMatterSchema.shape).toSorted(),
    )
    const { head: read, issues } = parsed(head)
    expect(issues).toEqual([])
    expect(read).toMatchObject({ hotwash: 1, impact: null, actions: null })
  })

  test('says beside a time how well it is known and where from, and beside a missing one how to tell it', () => {
    const declared: TestDraft = {
      type: 'incident.declared',
      data: { title: 'x', severity: 'SEV2' },
    }
    const head = headOf(
      makeEvents([
        declared,
        {
          type: 'incident.updated',
          data: {
            detected_at: '2026-11-21T09:59:00.000Z',
            precisions: { detected_at: 'minute' },
            source: 'pager: "P-17"\n# and more',
          },
        },
      ]),
    )
    expect(head).toContain(
      'detected_at: "2026-11-21T09:59:00.000Z" # to the minute, from pager: "P-17" # and more\n',
    )
    expect(head).toMatch(/^impact_start: null # not in the record; .*--impact-start TIME$/m)
    expect(parsed(head).issues).toEqual([])
  })

  test('does not change with what people told: a merge leaves their YAML alone', () => {
    expect(headOf(outage(goodFix))).toContain('impact: null # {numbers:')
  })
})
