/** The one pipeline in front of every sink. Pure: text in, masked text out; `stream.ts` does the same for bytes in chunks. */
export type Redactor = {
  /** Learns a secret; from now on every sink masks all its forms. Empty values are ignored. */
  add(name: string, value: string): void
  /** Masks as `[masked:NAME]`. */
  mask(text: string): string
  /** Masks every string in a JSON-like value, keys included. */
  maskValue<T>(value: T): T
  /** Masks a stream of bytes across chunk boundaries. */
  stream(): { push(bytes: Uint8Array): Uint8Array; end(): Uint8Array }
  /** Names of secrets too short or too common to be masked reliably: output of steps that use them is not kept. */
  weak(): readonly string[]
  /** Whether this text holds a declared secret in any form; for names that cannot be masked (branch, path, actor). */
  finds(text: string): string | undefined
}
