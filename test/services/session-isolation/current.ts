/** What runs; in an operator's repository this is a symbolic link to a release. */
export { close, end, endAll, open, whose } from './releases/broken.ts'
