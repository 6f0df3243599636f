/** `hotwash approve`: gives or refuses an approval, from any terminal. */
import { answerGate, givenAnswers } from '../../engine/gates/answer-gate.ts'
import { HotwashError } from '../../errors.ts'
import { defined } from '../../incident/defined.ts'
import type { Answer } from '../../incident/event.ts'
import { atGate, findStep, reportAnswer } from './waiting-step.ts'
import type { RunReport } from './run-report.ts'
import type { World } from '../world.ts'

export type ApproveRequest = {
  incident?: string | undefined
  step: string
  approve: boolean
  reason?: string | undefined
  breakGlass?: boolean | undefined
}

/** Throws WAITING (exit 5) when this person may not give it, or it comes too late. */
export async function approveStep(world: World, request: ApproveRequest): Promise<RunReport> {
  const found = findStep(world, request.incident, request.step)
  const at = await atGate(world, found)
  if (at.gate.gate !== 'approve') {
    throw new HotwashError('USAGE', `step ${request.step} asks for no approval`, {
      hint: `hotwash answer ${found.journal.incident} ${request.step} …`,
    })
  }
  const expiry = at.gate.expires_at
  if (expiry !== undefined && Date.parse(expiry) <= world.ports.clock.now()) {
    throw new HotwashError('WAITING', `the question was open until ${expiry}: this is too late`)
  }
  const answer: Answer = {
    approve: request.approve,
    ...defined({ reason: request.reason }),
    ...(request.breakGlass === true ? { break_glass: true } : {}),
  }
  const mine = givenAnswers(at.live, at.gate).find(({ by }) => by.email === world.actor.email)
  if (mine !== undefined) {
    if (mine.answer.approve === request.approve) return reportAnswer(world, found)
    throw new HotwashError('WAITING', `you have answered step ${request.step} differently already`)
  }
  const problem = answerGate(at.live, at, answer)
  if (problem === undefined) return reportAnswer(world, found)
  throw new HotwashError('WAITING', `step ${request.step}: ${problem}`)
}
