/** Where a draft that was imported keeps the document it came from: in its words, not in those of hotwash. */
import type { Section } from '../markdown/document.ts'

export const IMPORTED_TITLE = 'As it was imported from'

export const isImportedPart = ({ level, title }: Section): boolean =>
  level === 2 && title.startsWith(`${IMPORTED_TITLE} `)
