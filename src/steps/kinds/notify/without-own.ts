/**
 * What a receiver said, without what it was sent to open its door: servers answer `Cannot POST /…`,
 * and the path of a webhook is its password. As a whole it is masked; a part of it is not.
 */
import type { Message } from './message.ts'

/** Shorter ones are words. */
const MIN_CHARS = 6

export function withoutOwn({ url, headers, key }: Message, said: string): string {
  const { pathname, search, searchParams, username, password } = new URL(url)
  const own = [
    pathname + search,
    pathname,
    search,
    ...pathname.split('/'),
    ...searchParams.values(),
    username,
    password,
    key ?? '',
    ...Object.values(headers),
  ]
  const forms = new Set(
    own.flatMap((part) => [part, decoded(part), JSON.stringify(part).slice(1, -1)]),
  )
  return [...forms]
    .filter((form) => form.length >= MIN_CHARS)
    .toSorted((a, b) => b.length - a.length)
    .reduce((text, form) => text.replaceAll(form, '…'), said)
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
