/** Flags and arguments that several commands have, worded once. */
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'

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

export const templateFlag = {
  template: Flags.string({
    helpValue: 'NAME',
    description:
      'templates/NAME.md.hbs of the repository, else a packaged one; the one used last when left out, google-sre at first',
  }),
}

export const outputFlag = {
  output: Flags.string({
    char: 'o',
    helpValue: 'FILE',
    description: 'write it there; - or nothing: to stdout',
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

export const guidedFlags = {
  yes: Flags.boolean({ description: 'confirm steps that change or destroy; answers nothing else' }),
  answers: Flags.string({
    helpValue: 'FILE',
    description: 'YAML with answers by step id, for what would be asked',
  }),
}

/** `answer INCIDENT STEP`, or `answer STEP` when exactly one incident is open. */
export const stepArguments = {
  incident: Args.string({ required: true, description: 'id of the incident; may be left out' }),
  step: Args.string({ description: 'id of the waiting step' }),
}

export const stepOf = (args: { incident: string; step?: string | undefined }) =>
  args.step === undefined
    ? { incident: undefined, step: args.incident }
    : { incident: args.incident, step: args.step }
