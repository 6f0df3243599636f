/**
 * HTML to PDF by a Chromium of this machine: with a profile of its own that is removed, without the
 * network, within a bound of time.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { HotwashError } from '../../errors.ts'
import { visibleLine } from '../../incident/visible.ts'
import type { ProcessPort } from '../../ports/process.ts'

const TIMEOUT_MS = 60_000
const MAX_TALK = 100_000

/** No page of ours asks for anything; that nothing else does either is said here. */
const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-extensions',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-breakpad',
  '--disable-dev-shm-usage',
  '--host-resolver-rules=MAP * ~NOTFOUND',
] as const

export const printPdf = async (
  process: ProcessPort,
  { chromium, html }: { chromium: string; html: string },
): Promise<Uint8Array> => {
  const folder = mkdtempSync(join(tmpdir(), 'hotwash-pdf-'))
  try {
    const page = join(folder, 'report.html')
    const pdf = join(folder, 'report.pdf')
    writeFileSync(page, html, { mode: 0o600 })
    const exit = await process.capture(
      {
        argv: [
          chromium,
          '--headless',
          ...QUIET,
          // Chromium refuses to sandbox for root; everybody else keeps the sandbox.
          ...(isRoot() ? ['--no-sandbox'] : []),
          `--user-data-dir=${join(folder, 'profile')}`,
          '--no-pdf-header-footer',
          '--generate-pdf-document-outline',
          `--print-to-pdf=${pdf}`,
          pathToFileURL(page).href,
        ],
        cwd: folder,
        // Its caches and settings go where they are removed.
        env: { ...process.env(), HOME: folder, XDG_CONFIG_HOME: folder, XDG_CACHE_HOME: folder },
        signal: AbortSignal.timeout(TIMEOUT_MS),
        killAfterMs: 2_000,
      },
      MAX_TALK,
    )
    if (exit.exitCode !== 0 || !isPdf(pdf)) throw failed(chromium, exit)
    return readFileSync(pdf)
  } finally {
    // Its helpers may still write for a moment.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
}

const isRoot = (): boolean => globalThis.process.getuid?.() === 0

const isPdf = (path: string): boolean =>
  existsSync(path) && readFileSync(path).subarray(0, 5).toString('latin1') === '%PDF-'

type Exit = Awaited<ReturnType<ProcessPort['capture']>>

const failed = (chromium: string, exit: Exit): HotwashError => {
  const how = exit.aborted
    ? `was not ready after ${TIMEOUT_MS / 1000} s`
    : exit.exitCode === 0
      ? 'wrote no PDF'
      : (exit.notStarted ?? `ended with ${exit.signal ?? `exit code ${exit.exitCode}`}`)
  const said = visibleLine((exit.stderr.trim().split('\n').at(-1) ?? '').slice(0, 300))
  return new HotwashError('NO_PDF', `${chromium} ${how}${said === '' ? '' : `: ${said}`}`, {
    hint: 'try another one: CHROMIUM=/path/to/chromium; or export --format html and print it from any browser',
  })
}
