/** The part of the file system that steps look at. The record has its own, stricter ways. */
export type FileFacts = {
  path: string
  size: number
  mode: string
  modified: string
  sha256: string
  kind: 'file' | 'directory' | 'symlink' | 'other'
}

/** A file of bounded size, or why it is not one: a folder, a pipe that would block, too large. */
export type SmallFile =
  | { is: 'read'; text: string }
  | { is: 'missing' | 'directory' | 'special' | 'too_large' | 'denied' | 'failed' }

/** `size`: when the reading began, and no further was read; `sizeAfter`: when it ended. */
export type BytesRead = { from: number; to: number; size: number; sizeAfter: number }

export type Files = {
  /** Never blocks, and never throws for what is at the path. Follows links. */
  readRegular(path: string, maxBytes: number): Promise<SmallFile>
  readText(path: string, maxBytes: number): Promise<string>
  /** Paths of all files under a folder, relative to it, with `/`, sorted; at most `most`. */
  list(folder: string, most: number): Promise<string[]>
  /**
   * Hands on a file in pieces, from `from` (its beginning, where it is shorter) to where it ended at
   * the start: a log that grows faster than it is read would never end. A piece is valid during the
   * call only. Ends early, without a word, when the signal fires.
   */
  readBytes(
    path: string,
    options: { from: number; signal: AbortSignal; onBytes: (bytes: Uint8Array) => void },
  ): Promise<BytesRead>
  facts(path: string): Promise<FileFacts | undefined>
  /** A 0700 folder under the machine's state folder, made when missing. */
  stateFolder(...names: string[]): Promise<string>
  /** The same, where it is there already. */
  stateFolderIfAny(...names: string[]): Promise<string | undefined>
  /** A 0600 file with this content in a private temporary folder; `remove` deletes both. */
  privateFile(name: string, content: string): Promise<{ path: string; remove(): Promise<void> }>
  /** A 0600 file: all of it or nothing, durable on return. */
  writePrivate(path: string, content: string): Promise<void>
  removeFile(path: string): Promise<void>
  digest(path: string): Promise<{ bytes: number; sha256: string }>
}
