/** The version of a log line, apart from event.ts so that readers need not load its schemas. */
export const FORMAT = 1
/** `prev` of the first line of a log. */
export const FIRST_PREV = '0'.repeat(64)
