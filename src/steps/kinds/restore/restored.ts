import type { Database } from '../../../ports/database.ts'

export type Restored = Extract<Awaited<ReturnType<Database['restore']>>, { ok: true }>
