/** Inline Markdown as the words that a reader sees: for places that hold no Markdown. */

import { decodeEntity } from '../markdown/tokens.ts'

export const plain = (markdown: string): string =>
  markdown
    .replace(/!?\[([^\][]{0,1000})\]\([^()\s]{0,2000}(?:\s"[^"]{0,200}")?\)/g, '$1')
    .replace(/!?\[([^\][]{1,1000})\]\[[^\][]{0,200}\]/g, '$1')
    .replace(/<(https?:\/\/[^>\s]{1,2000})>/g, '$1')
    .replace(/<br\s?\/?>/gi, ' ')
    .replace(/&#?\w{2,32};/g, decodeEntity)
    .replace(/\*\*|__|~~/g, '')
    .replace(/(?<![\w*])\*(?=\S)([^*\n]{1,500}?)\*(?![\w*])/g, '$1')
    .replace(/(?<![\w_])_(?=\S)([^_\n]{1,500}?)_(?![\w_])/g, '$1')
    .replace(/(?<!`)`([^`\n]{1,500})`(?!`)/g, '$1')
    .replace(/\\([\\`*_{}[\]()#+.!|<>~-])/g, '$1')
    .replace(/\s+/g, ' ')
    .trim()
