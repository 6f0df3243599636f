/**
 * Tells somebody. A receiver that does not answer never fails a run and holds a step up for a stated
 * time only: the message is kept, and tried again by the steps that follow, see engine/notices.ts.
 */
import { z } from 'zod'
import { clip, visibleLine } from '../../incident/visible.ts'
import { durationInWords } from '../../incident/duration.ts'
import { Template } from '../../runbook/deferred.ts'
import { endedBy } from '../ended.ts'
import type { ActionKind, Outcome, PlanLook, StepContext } from '../kind.ts'
import { hostOf } from './http/request.ts'
import { deliver, type Delivery } from './notify/deliver.ts'
import { hide, keep, reveal } from './notify/kept.ts'
import { dedupKeyOf, messageOf, type Message } from './notify/message.ts'
import { params, type NotifyParams } from './notify/params.ts'

const FIRST_WAIT_MS = 500
const MAX_TRY_MS = 5_000
const SHOWN_CHARS = 200

export const notify: ActionKind<typeof params> = {
  type: 'action',
  kind: 'notify',
  summary: 'tells people by webhook, Slack or PagerDuty; a receiver that fails never fails a run',
  params,
  example: `notify:
  pagerduty: {routing_key: "\${{ secrets.PAGERDUTY_KEY }}"}
  text: Logins fail on staging`,
  effect: 'change',
  outcome: {
    state: 'string',
    status: 'int',
    tries: 'int',
    dedup_key: 'string',
    duration_ms: 'int',
  },
  expect: 'true',
  defaultOutputs: { state: 'state' },
  timeoutMs: 60_000,
  // A message told twice does less harm than a run that waits for a person to say whether it was told.
  repeatable: true,
  plan: planOf,
  target: receiverOf,
  run,
}

type Asked = Pick<NotifyParams, 'webhook' | 'slack' | 'pagerduty'>

/** Never the address: its path is the key to somebody's channel. */
function receiverOf({ webhook, slack, pagerduty }: Asked): string {
  if (slack !== undefined) return `Slack at ${hostOf(slack.url)}`
  if (webhook !== undefined) return `the webhook at ${hostOf(webhook.url)}`
  const at = pagerduty?.url === undefined ? '' : ` at ${hostOf(pagerduty.url)}`
  return `PagerDuty${at}`
}

function planOf(asked: NotifyParams, _look: PlanLook): string {
  const text = typeof asked.text === 'string' ? asked.text : (asked.text as Template).source
  const action = asked.pagerduty === undefined ? 'tells' : `${asked.pagerduty.action}s an alert of`
  return `${action} ${receiverOf(asked)}: ${clip(visibleLine(text), SHOWN_CHARS)}`
}

async function run(asked: NotifyParams, context: StepContext): Promise<Outcome> {
  if (context.effect === 'read') {
    const reason = 'a notification is no read, which a plan would send too: leave `effect` out'
    return { ended: 'failed', reason, data: {}, evidence: [] }
  }
  const { clock } = context.ports
  const beganMs = clock.mono()
  const message = messageOf(asked, context)
  const until = beganMs + asked.within
  const { last, tries } = await tryUntil(message, { until, context })
  if (context.signal.aborted && endedBy(context.signal) === 'aborted') {
    return { ended: 'aborted', reason: 'the operator ended it', data: {}, evidence: [] }
  }
  const state = await settle(message, { last, tries, context })
  const status = last.status ?? 0
  const isEvent = asked.pagerduty !== undefined
  return {
    ended: 'completed',
    data: {
      state: state.is,
      status,
      tries,
      dedup_key: isEvent ? (asked.pagerduty?.dedup_key ?? dedupKeyOf(context.incident)) : '',
      duration_ms: Math.round(clock.mono() - beganMs),
    },
    evidence: [{ label: 'message', text: `${JSON.stringify(message.payload, null, 2)}\n` }],
    notes: [context.mask(`${receiverOf(asked)}: ${state.words}`)],
  }
}

type Trying = { until: number; context: StepContext }

/** With growing pauses, or as long as the receiver asks for, but never beyond the bound. */
async function tryUntil(message: Message, { until, context }: Trying) {
  const { clock, http } = context.ports
  let waitMs = FIRST_WAIT_MS
  for (let tries = 1; ; tries += 1) {
    const leftMs = Math.ceil(Math.max(1, Math.min(MAX_TRY_MS, until - clock.mono())))
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(leftMs)])
    const last = await deliver(message, { http, signal, nowMs: clock.now() })
    if (last.is !== 'later') return { last, tries }
    const pauseMs = last.afterMs ?? waitMs
    const isLate = clock.mono() + pauseMs >= until || context.signal.aborted
    if (isLate) return { last, tries }
    context.say(`not delivered (${last.why}); trying again in ${durationInWords(pauseMs)}`)
    await clock.sleep(pauseMs, context.signal).catch(() => {})
    waitMs *= 2
  }
}

type Settled = { is: 'delivered' | 'queued' | 'gave_up'; words: string }
type Settling = { last: Delivery; tries: number; context: StepContext }

async function settle(message: Message, { last, tries, context }: Settling): Promise<Settled> {
  const tried = tries === 1 ? '' : ` after ${tries} tries`
  if (last.is === 'delivered') return { is: 'delivered', words: `delivered${tried}` }
  const gaveUp = (why: string): Settled => ({ is: 'gave_up', words: `gave up${tried}: ${why}` })
  if (last.is === 'refused') return gaveUp(last.why)
  const hidden = hide(message, (text) => context.mask(text))
  if (!isSame(reveal(hidden, secretOf(context)), message)) {
    return gaveUp(`${last.why}; it cannot be kept, since its address is no declared secret`)
  }
  const { clock, files, random } = context.ports
  const nowMs = clock.now()
  const kept = await keep(
    { files, incident: context.incident, root: context.root },
    {
      id: `${nowMs}-${random.hex(4)}`,
      step: context.step,
      run: context.run,
      since_ms: nowMs,
      not_before_ms: nowMs + (last.afterMs ?? 0),
      tries,
      why: context.mask(last.why),
      message: hidden,
    },
  ).catch((error: unknown) => (error as Error).message)
  if (kept === true) return { is: 'queued', words: `queued${tried}: ${last.why}` }
  return gaveUp(
    `${last.why}; ${kept === false ? 'too many are kept already' : `not kept: ${kept}`}`,
  )
}

const isSame = (a: Message | undefined, b: Message): boolean =>
  a !== undefined && JSON.stringify(a) === JSON.stringify(b)

/** A declared secret by its name, as the runbook would say it. */
const secretOf =
  (context: StepContext) =>
  (name: string): string | undefined => {
    try {
      const template = new Template(`\${{ secrets.${name} }}`, z.string())
      return String(context.render<unknown>(template, {}))
    } catch {
      return undefined
    }
  }
