/** The part of the file system that steps look at. The record has its own, stricter ways. */
export type FileFacts = {
  path: string
  size: number
  mode: string
  modified: string
  sha256: string
  kind: 'file' | 'directory' | 'symlink' | 'other'
}

export type Files = {
  readText(path: string, maxBytes: number): Promise<string>
  /** Paths of all files under a folder, relative to it, with `/`, sorted; at most `most`. */
  list(folder: string, most: number): Promise<string[]>
  facts(path: string): Promise<FileFacts | undefined>
  /** A 0700 folder under the machine's state folder, made when missing. */
  stateFolder(...names: string[]): Promise<string>
  /** A 0600 file with this content in a private temporary folder; `remove` deletes both. */
  privateFile(name: string, content: string): Promise<{ path: string; remove(): Promise<void> }>
  digest(path: string): Promise<{ bytes: number; sha256: string }>
}
