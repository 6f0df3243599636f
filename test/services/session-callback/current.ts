/** What runs; in an operator's repository this is a symbolic link to a release. */
export { sessionOf } from './releases/broken.ts'
