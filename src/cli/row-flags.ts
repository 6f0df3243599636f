/** Flags of `note --from`: how the rows of a text are to be read. */
import * as Flags from '@oclif/core/flags'

export type RowFlags = {
  from: string
  incident?: string | undefined
  source?: string | undefined
  day?: string | undefined
  zone?: string | undefined
  skip: boolean
  plan: boolean
}

export const rowFlags = {
  from: Flags.string({
    helpValue: 'FILE',
    description:
      'many notes at once: lines such as "14:05 maria: restarted the pool", a copied chat, Markdown lists and tables; - for stdin',
    exclusive: ['at', 'step', 'corrects'],
  }),
  day: Flags.string({
    helpValue: 'DAY',
    description: 'of the first row, where the rows name none: 2026-11-20; today when left out',
    dependsOn: ['from'],
  }),
  zone: Flags.string({
    helpValue: 'ZONE',
    description: 'of rows that name none: Europe/Berlin, +01:00; UTC when left out',
    dependsOn: ['from'],
  }),
  plan: Flags.boolean({
    description: 'only say what was understood',
    dependsOn: ['from'],
  }),
  skip: Flags.boolean({
    description: 'note what was understood, and leave out lines that were not',
    dependsOn: ['from'],
  }),
}
