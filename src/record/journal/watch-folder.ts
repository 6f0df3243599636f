/** Tells when files of a folder change; looks by itself now and then, where the system's watch is deaf. */
import type { FSWatcher } from 'node:fs'
import { watch } from 'node:fs'

/** Network file systems and containers lose notifications. */
const POLL_MS = 1_000

export function watchFolder(folder: string, look: () => void): () => void {
  let watcher: FSWatcher | undefined
  const failed = () => watcher?.close()
  try {
    watcher = watch(folder, look)
    watcher.on('error', failed)
  } catch {
    // Without inotify (EMFILE, ENOSPC, no folder yet) the timer does it alone.
  }
  const timer = setInterval(look, POLL_MS)
  return () => {
    clearInterval(timer)
    watcher?.close()
  }
}
