/** `hotwash answer`: answers a waiting step, or settles an unknown one, from any terminal. */
import { answerGate, givenAnswers, secretsIn } from '../../engine/gates/answer-gate.ts'
import { stillRunning, whyNotYet } from '../../engine/attempt/local-process.ts'
import { HotwashError } from '../../errors.ts'
import { defined } from '../../incident/defined.ts'
import type { Answer } from '../../incident/event.ts'
import type { GivenAnswer } from '../../incident/state.ts'
import { atGate, findStep, reportAnswer, type Found } from './waiting-step.ts'
import type { RunReport } from './run-report.ts'
import type { World } from '../world.ts'

export type AnswerRequest = {
  incident?: string | undefined
  step: string
  /** --done or --not-done. */
  done?: boolean | undefined
  choose?: string | undefined
  values?: Readonly<Record<string, string>> | undefined
  skip?: string | undefined
  evidence?: string | undefined
}

export async function answerStep(world: World, request: AnswerRequest): Promise<RunReport> {
  const found = findStep(world, request.incident, request.step)
  const unknown = found.state.status === 'unknown' || found.state.undo?.status === 'unknown'
  if (unknown && request.done !== undefined) return settle(world, found, request)
  const answer = answerOf(request)
  const before = lastAnswer(found)
  if (found.state.gate === undefined && before !== undefined) {
    if (isSame(before.answer, answer)) return reportAnswer(world, found)
    throw conflict(request.step, before)
  }
  if (found.state.gate?.gate === 'approve' && request.skip === undefined) {
    throw new HotwashError('USAGE', `step ${request.step} waits for an approval`, {
      hint: `hotwash approve ${found.journal.incident} ${request.step} --reason "…"`,
    })
  }
  const at = await atGate(world, found)
  if (secretsIn(at.content, answer).length > 0) {
    throw new HotwashError(
      'USAGE',
      'a secret value is never stored, so that no other terminal can give it',
      {
        hint: 'answer at the terminal of the run, or resume with --answers FILE',
      },
    )
  }
  const given = givenAnswers(at.live, at.gate).at(-1)
  if (given !== undefined) {
    if (isSame(given.answer, answer)) return reportAnswer(world, found)
    throw conflict(request.step, given)
  }
  const problem = answerGate(at.live, at, fitted(answer, at.gate.gate))
  if (problem === undefined) return reportAnswer(world, found)
  throw new HotwashError('USAGE', `step ${request.step}: ${problem}`)
}

/** `--done` confirms a step that asks for confirmation. */
const fitted = (answer: Answer, gate: string): Answer =>
  gate === 'confirm' && answer.done !== undefined ? { confirm: answer.done } : answer

function answerOf(request: AnswerRequest): Answer {
  const { done, choose, values, skip, evidence } = request
  const answer: Answer = {
    ...defined({ done, choose }),
    ...(values === undefined || Object.keys(values).length === 0 ? {} : { values: { ...values } }),
    ...defined({ skip, evidence }),
  }
  if (Object.keys(answer).length > 0) return answer
  throw new HotwashError('USAGE', 'an answer is missing', {
    hint: 'one of --done, --not-done, --choose X, --value k=v, --skip REASON',
  })
}

const lastAnswer = ({ state }: Found): GivenAnswer | undefined => state.answers.at(-1)

const isSame = (a: Answer, b: Answer): boolean => canonical(a) === canonical(b)

const canonical = (answer: Answer): string =>
  JSON.stringify(
    Object.entries(answer)
      .map(([key, value]): [string, unknown] => [
        key,
        value !== null && typeof value === 'object'
          ? Object.entries(value)
              .map(([name, one]) => `${name}=${String(one)}`)
              .sort((x, y) => (x < y ? -1 : 1))
          : value,
      ])
      .sort(([x], [y]) => (x < y ? -1 : 1)),
  )

const conflict = (step: string, before: GivenAnswer): HotwashError =>
  new HotwashError(
    'USAGE',
    `step ${step} was answered differently by ${before.by.name} at ${before.at}`,
    {
      hint: 'the first answer counts',
    },
  )

async function settle(world: World, found: Found, request: AnswerRequest): Promise<RunReport> {
  const { journal, run, state } = found
  if (found.alive) {
    throw new HotwashError('LOCKED', `the run is alive: settle step ${state.id} at its terminal`)
  }
  const undo = state.status !== 'unknown'
  const pid = stillRunning(journal, { run: run.id, step: state.id, undo }, world.ports.process)
  if (pid !== undefined) {
    const what = undo ? `the undo of step ${state.id}` : `step ${state.id}`
    throw new HotwashError('WAITING', `${what} has not ended: ${whyNotYet(pid)}`, {
      hint: `ps -o pid,etime,args -p ${pid} shows it`,
    })
  }
  // Its log may not say so yet: the process died without a word.
  if (run.status === 'unknown') {
    journal.append({
      type: 'run.paused',
      run: run.id,
      data: { why: 'unknown_step', reason: run.reason ?? 'hotwash ended during this run' },
    })
  }
  journal.append({
    type: 'step.settled',
    run: run.id,
    step: state.id,
    data: {
      as: request.done === true ? 'done' : 'not_done',
      how: 'hand',
      ...defined({ evidence: request.evidence }),
      ...(undo ? { undo: true } : {}),
    },
  })
  return reportAnswer(world, found)
}
