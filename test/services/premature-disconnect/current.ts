/** What runs; in an operator's repository this is a symbolic link to a release. */
export { close, withDatabase } from './releases/broken.ts'
