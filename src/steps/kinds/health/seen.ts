import { clip, visibleLine } from '../../../incident/visible.ts'
import { withoutPrivate } from '../../error-shape.ts'
import type { StepContext } from '../../kind.ts'

const MAX_CHARS = 300

/** What a service answered, fit to be shown: one line, bounded, without secrets and logins. */
export const seenIn =
  (context: Pick<StepContext, 'mask'>) =>
  (text: string): string =>
    clip(visibleLine(withoutPrivate(context.mask(text))), MAX_CHARS)
