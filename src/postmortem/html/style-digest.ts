import { hash } from 'node:crypto'

/** How a Content-Security-Policy names a text that it allows. */
export const digestOf = (text: string): string => `'sha256-${hash('sha256', text, 'base64')}'`
