/** The table of all rules, in the order of the documentation. */
import type { LintRule } from './rule.ts'
import * as fields from './rules/action-fields.ts'
import * as actions from './rules/actions.ts'
import * as blame from './rules/blame.ts'
import { weekdayMismatch, zoneMismatch } from './rules/calendar.ts'
import { citationUndefined } from './rules/citations.ts'
import { headInvalid, noDetection, noImpact, noTimeline } from './rules/complete.ts'
import {
  durationInProse,
  durationMismatch,
  durationNotInTimeline,
  rangeDuration,
} from './rules/durations.ts'
import * as log from './rules/log.ts'
import { percentMismatch, sumMismatch } from './rules/numbers.ts'
import { dateTypo, momentConflict, momentOrder, timelineOrder } from './rules/order.ts'
import { citationOfOtherStep } from './rules/other-step.ts'
import { saysNothing } from './rules/says-nothing.ts'
import { toWriteLeft } from './rules/to-write.ts'
import { uncited } from './rules/uncited.ts'
import { waiverReason, waiverUnused } from './rules/waivers.ts'

export const RULES: readonly LintRule[] = [
  headInvalid,
  toWriteLeft,
  saysNothing,
  noTimeline,
  noDetection,
  noImpact,
  actions.noPreventAction,
  actions.noUrgentAction,
  fields.actionOwner,
  fields.actionDue,
  fields.actionTracker,
  fields.actionDoneWhen,
  actions.actionNotInHead,
  actions.vagueAction,
  durationMismatch,
  durationInProse,
  durationNotInTimeline,
  rangeDuration,
  timelineOrder,
  dateTypo,
  momentOrder,
  momentConflict,
  weekdayMismatch,
  zoneMismatch,
  sumMismatch,
  percentMismatch,
  log.headVsLog,
  log.metricVsLog,
  log.timelineVsLog,
  citationUndefined,
  log.citationUnknown,
  log.citationDisagrees,
  citationOfOtherStep,
  uncited,
  blame.humanError,
  blame.beCareful,
  blame.retrain,
  blame.personFailed,
  blame.careless,
  blame.handleInCauses,
  waiverReason,
  waiverUnused,
]
