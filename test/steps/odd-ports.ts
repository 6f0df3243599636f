/** Ports that never answer until they are told to stop, and ports that answer with too much. */
import type { Database, DatabaseFailure } from '../../src/ports/database.ts'
import type { Ports } from '../../src/ports/ports.ts'
import { commandContext } from './command-context.ts'

const fired = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

const EXIT = {
  exitCode: 0,
  signal: undefined,
  durationMs: 1,
  notStarted: undefined,
  leftover: false,
  aborted: false,
  killed: false,
}
const DUMP = { file: '/backups/app.dump', sha256: 'f'.repeat(64) }

export function hangingPorts(folder: string): { ports: Ports; database: Database } {
  const { ports } = commandContext(folder)
  const failure = async ({ signal }: { signal: AbortSignal }): Promise<DatabaseFailure> => {
    await fired(signal)
    return { ok: false, state: 'unknown', code: 'ABORTED', message: 'ended' }
  }
  const run = async ({ signal }: { signal?: AbortSignal }) => {
    await fired(signal ?? new AbortController().signal)
    return { ...EXIT, exitCode: undefined, aborted: true, stdout: '', stderr: '' }
  }
  const database = {
    engine: 'sqlite',
    label: 'app.db',
    query: failure,
    describe: (signal: AbortSignal) => failure({ signal }),
    digestTable: (_table: string, _columns: unknown, signal: AbortSignal) => failure({ signal }),
    countTable: (_table: string, signal: AbortSignal) => failure({ signal }),
    backup: failure,
    restore: failure,
    switchNames: failure,
  } as unknown as Database
  const http = {
    ...ports.http,
    send: async ({ signal }: { signal: AbortSignal }) => {
      await fired(signal)
      return { ok: false, failure: { state: 'unknown', code: 'ABORTED', message: 'ended' } }
    },
  }
  const hanging = { ...ports, http, process: { ...ports.process, run, capture: run } }
  return { ports: hanging as unknown as Ports, database }
}

/** As much as the port's contract allows, and of a process more than anyone keeps. */
export function chattyPorts(folder: string): { ports: Ports; database: Database } {
  const { ports } = commandContext(folder)
  const chunk = Buffer.alloc(64 * 1024, 'x')
  const run = ({ onOutput }: { onOutput?: (bytes: Uint8Array, stream: string) => void }) => {
    for (let count = 0; count < 400; count++) onOutput?.(Buffer.from(chunk), 'stdout')
    return Promise.resolve(EXIT)
  }
  const capture = (_command: unknown, maxBytes: number) =>
    Promise.resolve({ ...EXIT, stdout: 'x'.repeat(maxBytes), stderr: 'x'.repeat(maxBytes) })
  const column = { column: 'x'.repeat(63), type: 'text', nullable: true }
  const row = { id: 1, text: 'x'.repeat(1_000) }
  const database = {
    engine: 'sqlite',
    label: 'app.db',
    query: ({ maxRows }: { maxRows: number }) =>
      Promise.resolve({
        ok: true,
        rows: Array.from({ length: maxRows }, () => row),
        rowCount: 1e6,
        columns: ['id', 'text'],
        durationMs: 1,
      }),
    describe: () =>
      Promise.resolve({
        ok: true,
        tables: Object.fromEntries(
          Array.from({ length: 5_000 }, (_, n) => [`table_${n}`, [{ ...column }]]),
        ),
        indexes: {},
        others: {},
        schema: '',
        serverVersion: '15',
      }),
    readTable: ({ columns, maxRows }: { columns: string[]; maxRows: number }) =>
      Promise.resolve({
        ok: true,
        rows: Array.from({ length: maxRows }, () =>
          Object.fromEntries(columns.map((name) => [name, row.text])),
        ),
        rowCount: 1e6,
        columns,
        durationMs: 1,
      }),
    backup: () =>
      Promise.resolve({
        ok: true,
        ...DUMP,
        bytes: 1,
        tables: { users: 1 },
        digests: {},
        serverVersion: '15',
        proof: 'list',
      }),
    restore: () =>
      Promise.resolve({
        ok: true,
        database: 'new',
        tables: { users: 1 },
        digests: {},
        durationMs: 1,
      }),
  } as unknown as Database
  const http = {
    ...ports.http,
    send: ({ maxBytes, url }: { maxBytes: number; url: string }) =>
      Promise.resolve({
        ok: true,
        response: {
          status: 200,
          headers: {},
          body: 'x'.repeat(maxBytes),
          bodyBytes: 1e9,
          cookies: [],
          url,
          durationMs: 1,
        },
      }),
  }
  const chatty = { ...ports, http, process: { ...ports.process, run, capture } }
  return { ports: chatty as unknown as Ports, database }
}

export const dumpOf = () => DUMP
