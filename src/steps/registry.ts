/** The table of kinds. A kind is a file in kinds/ and a line here. */
import type { KindTable } from './kind.ts'

export const KINDS: KindTable = {}
