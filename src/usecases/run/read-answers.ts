/** `--answers FILE`: what a person would say, step by step. */
import { resolve } from 'node:path'
import { z } from 'zod'
import { HotwashError } from '../../errors.ts'
import type { Answers } from '../../engine/live-run.ts'
import type { Runbook } from '../../runbook/runbook.ts'
import { parseYamlAs } from '../parse-yaml-as.ts'
import { whyUnreadable } from '../why-unreadable.ts'
import type { World } from '../world.ts'

const MAX_BYTES = 1_000_000

const answers = z.record(
  z.string(),
  z.strictObject({
    confirm: z.boolean().optional(),
    choose: z.string().optional(),
    values: z.record(z.string(), z.json()).optional(),
    done: z.boolean().optional(),
    evidence: z.string().optional(),
    skip: z.string().min(1).optional(),
    settle: z.enum(['done', 'not_done']).optional(),
  }),
)

/** Throws INVALID_ANSWERS with the place of every problem, unknown steps included. */
function parseAnswers(text: string, file: string, runbook: Runbook): Answers {
  const ids = [...runbook.steps, ...runbook.always].map((step) => step.id)
  return parseYamlAs(answers, {
    text,
    file,
    code: 'INVALID_ANSWERS',
    refused: (value) =>
      (value !== null && typeof value === 'object' ? Object.keys(value) : [])
        .filter((id) => !ids.includes(id) && !ids.includes(withoutRounds(id)))
        .map((id) => ({
          path: [id],
          code: 'ANSWERS',
          message: `the runbook has no step ${id}`,
          hint: `its steps: ${ids.join(', ')}`,
        })),
  }) as Answers
}

/** A round of a `foreach`: which ones there will be is known when it begins. */
const withoutRounds = (id: string): string =>
  id
    .split('.')
    .filter((part) => !/^[1-9]\d{0,3}$/.test(part))
    .join('.')

export async function readAnswers(
  world: Pick<World, 'ports' | 'cwd'>,
  path: string | undefined,
  runbook: Runbook,
): Promise<Answers> {
  if (path === undefined) return {}
  let text: string
  try {
    text = await world.ports.files.readText(resolve(world.cwd, path), MAX_BYTES)
  } catch (error) {
    throw new HotwashError('INVALID_ANSWERS', `${path}: ${whyUnreadable(error)}`, {
      hint: '--answers names a YAML file with answers by step id',
    })
  }
  return parseAnswers(text, path, runbook)
}
