/** Flags that narrow a list of actions. */
import * as Flags from '@oclif/core/flags'
import { ACTION_TYPES } from '../postmortem/front-matter/action-words.ts'

export const actionFlags = {
  open: Flags.boolean({ description: 'only those that are neither done nor declined' }),
  overdue: Flags.boolean({ description: 'only those whose date is over' }),
  owner: Flags.string({ helpValue: 'NAME', description: 'only those of this owner' }),
  type: Flags.option({ options: ACTION_TYPES, description: 'only those of this type' })(),
}
