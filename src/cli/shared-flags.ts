/** Flags and arguments that several commands have, worded once. */
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { HotwashError } from '../errors.ts'

export const incidentArgument = {
  incident: Args.string({
    description: 'id of the incident; when left out: the only open one, else the newest',
  }),
}

export const incidentFlag = {
  incident: Flags.string({
    helpValue: 'ID',
    description: 'the incident; may be left out when exactly one is open',
  }),
}

/** What both `run` and `doctor` say of it. */
export const INPUT_FLAG = {
  char: 'i',
  multiple: true,
  multipleNonGreedy: true,
  helpValue: 'NAME=VALUE',
  description: 'an input of the runbook',
} as const

export const templateFlag = {
  template: Flags.string({
    helpValue: 'NAME',
    description:
      'templates/NAME.md.hbs of the repository, else a packaged one; when left out: the one used last, at first google-sre',
  }),
}

export const outputFlag = {
  output: Flags.string({
    char: 'o',
    helpValue: 'FILE',
    description: 'write it to FILE; to stdout when left out, or -',
  }),
}

export const TIMES =
  '2026-11-21T14:05:00Z, 14:05 (today, UTC) or -10m; with ~ before it when it is an estimate'

export const sourceFlag = {
  source: Flags.string({
    helpValue: 'TEXT',
    description: 'where the time is known from: "pager", "load balancer log"',
  }),
}

export const toldTimeFlags = {
  'detected-at': Flags.string({ helpValue: 'TIME', description: `when it was noticed: ${TIMES}` }),
  'impact-start': Flags.string({ helpValue: 'TIME', description: 'when users began to suffer' }),
  ...sourceFlag,
}

export const guidedFlags = {
  yes: Flags.boolean({ description: 'confirm steps that change or destroy; answers nothing else' }),
  answers: Flags.string({
    helpValue: 'FILE',
    description: 'YAML with answers by step id, for what would be asked',
  }),
}

/** `answer INCIDENT STEP`, or `answer STEP` when exactly one incident is open. */
export const stepArguments = {
  incident: Args.string({
    description: 'id of the incident; may be left out when exactly one is open',
  }),
  step: Args.string({ description: 'id of the waiting step' }),
}

export function stepOf({
  incident,
  step,
}: {
  incident: string | undefined
  step: string | undefined
}): {
  incident: string | undefined
  step: string
} {
  if (step !== undefined) return { incident, step }
  if (incident !== undefined) return { incident: undefined, step: incident }
  throw new HotwashError('USAGE', 'STEP is missing (id of the waiting step)', {
    hint: 'hotwash status names it',
  })
}
