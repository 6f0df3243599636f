/**
 * What a step concluded from what it saw. `rejected` drops a hypothesis: the step's outcome is the
 * evidence against it. A finding without a confidence is an observation, not a conclusion.
 */
import type { Category } from './error-category.ts'

export const CONFIDENCES = ['confirmed', 'likely', 'possible', 'rejected'] as const
export type Confidence = (typeof CONFIDENCES)[number]

export type Finding = {
  run: string | undefined
  step: string | undefined
  says: string
  category: Category | undefined
  confidence: Confidence | undefined
  hypothesis: string | undefined
  clock: number
  at: string
}

/** Only these make a cause; `possible` is a guess that is still open. */
export const supports = (confidence: Confidence | undefined): boolean =>
  confidence === 'confirmed' || confidence === 'likely'
