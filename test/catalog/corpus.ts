/**
 * Forty invented incidents in eight families. Those of a family have a cause in common and are told
 * in different words, as different people do; and words such as login, timeout and 500 are everywhere.
 */
import type { EventDraft, IncidentEvent } from '../../src/incident/event.ts'
import { makeEvents } from '../events.ts'

type Category = 'database' | 'auth' | 'config' | 'dependency'
type Told = [title: string, note: string, finding: string]

const FAMILIES: Record<string, { category: Category; runbook: string; told: Told[] }> = {
  pool: {
    category: 'database',
    runbook: 'runbooks/connection-pool.yaml',
    told: [
      [
        'Login answers 500 at peak time',
        'all connections of the pool are busy',
        'connection pool exhausted: 20 of 20 in use, requests wait',
      ],
      [
        'Checkout times out for one user in three',
        'postgres refuses new clients, too many connections',
        'the pool of the checkout service leaks a connection in every failed request',
      ],
      [
        'API slow, then 503',
        'threads wait for a database connection',
        'pool size was lowered to 5 by the release; connections are exhausted',
      ],
      [
        'Timeouts in the billing job',
        'the job opened 300 connections and starved the others',
        'max_connections reached; idle connections were never returned to the pool',
      ],
      [
        'Sign-in fails on and off',
        'client was closed before the query ended',
        'connections are closed too early instead of going back to the pool',
      ],
    ],
  },
  certificate: {
    category: 'config',
    runbook: 'runbooks/renew-certificate.yaml',
    told: [
      [
        'Website unreachable, browsers warn',
        'the TLS certificate of www ended last night',
        'certificate expired; the renewal job had failed for 30 days',
      ],
      [
        'Mobile app cannot connect',
        'handshake fails since midnight',
        'expired intermediate certificate in the chain of the gateway',
      ],
      [
        'Webhooks from partners rejected',
        'their client certificate is not valid any more',
        'mutual TLS: the certificate expired and nobody was warned',
      ],
      [
        'Internal services answer handshake errors',
        'renewal wrote a new cert but nginx was not reloaded',
        'old certificate still served; it expired this morning',
      ],
      [
        'Login page shows a security warning',
        'acme renewal was rate limited',
        'the certificate could not be renewed and expired',
      ],
    ],
  },
  migration: {
    category: 'database',
    runbook: 'runbooks/schema-migration.yaml',
    told: [
      [
        'Login answers 500 after the release',
        'column password_hash does not exist',
        'the migration of the release was not run; a column is missing',
      ],
      [
        'Signup fails for new users',
        'relation "invites" does not exist',
        'schema is behind: two migrations are pending on production',
      ],
      [
        'Orders cannot be saved',
        'null value violates not-null constraint',
        'a migration added a column without a default',
      ],
      [
        'Profile page broken',
        'schema of staging and production differ',
        'migration 42 failed half-way and left the table without its index',
      ],
      [
        'Admin reports are empty',
        'someone renamed a column by hand',
        'column renamed in production without a migration; schema drift',
      ],
    ],
  },
  queue: {
    category: 'dependency',
    runbook: 'runbooks/drain-queue.yaml',
    told: [
      [
        'Emails arrive hours late',
        '200k messages in the outbox queue',
        'the consumer of the mail queue is stuck on one poison message',
      ],
      [
        'Invoices are not sent',
        'queue depth grows, no consumer',
        'the worker lost its subscription to the broker and did not reconnect',
      ],
      [
        'Notifications delayed',
        'rabbitmq blocks publishers',
        'messages pile up: consumers are slower than producers',
      ],
      [
        'Search index is stale',
        'kafka lag of two million',
        'a consumer group was rebalancing without end; messages were not consumed',
      ],
      [
        'Exports never finish',
        'jobs wait in the queue for ever',
        'dead letter queue full, worker stopped consuming messages',
      ],
    ],
  },
  disk: {
    category: 'dependency',
    runbook: 'runbooks/free-disk.yaml',
    told: [
      [
        'Database went read-only',
        'no space left on device',
        'disk full: WAL segments were kept by a dead replication slot',
      ],
      [
        'Log host stopped',
        '/var is at 100 percent',
        'the disk filled with debug logs since log rotation was off',
      ],
      [
        'Uploads fail with 500',
        'cannot write temporary files, no space',
        'volume full of old upload chunks that nobody cleans',
      ],
      [
        'Builds fail everywhere',
        'runners have no disk space',
        'docker images filled the disk of the runners',
      ],
      [
        'Metrics have a gap',
        'prometheus crashed writing its WAL: no space left',
        'retention was doubled and the volume ran full',
      ],
    ],
  },
  dns: {
    category: 'config',
    runbook: 'runbooks/dns-change.yaml',
    told: [
      [
        'Half of the customers see the old site',
        'the record still points to the old cluster',
        'DNS record was not changed in one of two zones',
      ],
      [
        'Payments time out',
        'the hostname of the provider does not resolve',
        'resolver cached a negative answer for an hour',
      ],
      [
        'Service discovery fails in one zone',
        'coredns pods crash',
        'nameserver overloaded: every lookup tried six search domains',
      ],
      [
        'Mail bounces',
        'MX record vanished',
        'the zone file was overwritten by an older version; records are gone',
      ],
      [
        'Login redirects to nowhere',
        'auth hostname resolves to nothing from the office',
        'split-horizon DNS misses the new record',
      ],
    ],
  },
  memory: {
    category: 'dependency',
    runbook: 'runbooks/restart-service.yaml',
    told: [
      [
        'Pods restart every ten minutes',
        'OOMKilled since the release',
        'memory leak: the cache of templates is never evicted',
      ],
      [
        'Search gets slower until it dies',
        'heap grows without end, GC takes all the time',
        'heap leak in the query parser',
      ],
      [
        'Chat disconnects everybody at once',
        'process killed by the kernel, out of memory',
        'each websocket leaks its buffer; memory ran out',
      ],
      [
        'Image service unstable',
        'container hits its memory limit',
        'a library update leaks memory for every resized image',
      ],
      [
        'Recommendations time out',
        'swap is used, garbage collection pauses of 8 s',
        'heap too small for the new model; out of memory kills',
      ],
    ],
  },
  session: {
    category: 'auth',
    runbook: 'runbooks/rotate-secret.yaml',
    told: [
      [
        'Everybody was logged out',
        'tokens are refused since the deploy',
        'the signing secret changed with the release, all sessions are void',
      ],
      [
        'Users see the account of others',
        'session of user A answers for user B',
        'session cookie was cached by the CDN and served to others',
      ],
      [
        'Logout does nothing',
        'the token still works after logout',
        'stateless tokens cannot be revoked; sessions outlive logout',
      ],
      [
        'Login loops',
        'cookie is set for the wrong domain',
        'session cookie dropped by browsers: SameSite attribute',
      ],
      [
        'Single sign-on fails',
        'signature of the token is not valid',
        'identity provider rotated its signing key; our copy of the token key is old',
      ],
    ],
  },
}

export type Invented = { family: string; id: string; title: string; events: IncidentEvent[] }

export const CORPUS: Invented[] = Object.entries(FAMILIES).flatMap(
  ([family, { category, runbook, told }]) =>
    told.map(([title, note, finding], n) => {
      const id = `2026-0${n + 1}-11-${family}-${n + 1}`
      const path = n % 2 === 0 ? runbook : `runbooks/general-${n}.yaml`
      const drafts: EventDraft[] = [
        { type: 'incident.declared', data: { title, severity: 'SEV2' } },
        { type: 'note.added', data: { text: note } },
        {
          type: 'run.started',
          run: 'r1',
          data: {
            runbook: { name: 'Find and fix', path, sha256: '0'.repeat(64) },
            inputs: {},
            guided: true,
            yes: false,
            steps: [{ id: 'fix', kind: 'run', name: 'Fix it', always: false }],
          },
        },
        {
          type: 'finding.made',
          run: 'r1',
          step: 'fix',
          data: { says: finding, category, confidence: 'likely' },
        },
        { type: 'incident.resolved', data: {} },
      ]
      return { family, id, title, events: makeEvents(drafts, id) }
    }),
)

/** What somebody would type at 3 a.m., and the family that helps. */
export const QUESTIONS: readonly [question: string, family: string][] = [
  ['too many database connections', 'pool'],
  ['connection pool is exhausted again', 'pool'],
  ['certificate has expired', 'certificate'],
  ['TLS handshake failing', 'certificate'],
  ['missing column after the release', 'migration'],
  ['pending migrations on production, column does not exist', 'migration'],
  ['queue is growing and the consumer is stuck', 'queue'],
  ['messages are not consumed', 'queue'],
  ['no space left on device', 'disk'],
  ['disk full on the database host', 'disk'],
  ['hostname does not resolve', 'dns'],
  ['DNS record points to the wrong place', 'dns'],
  ['out of memory, pods are killed', 'memory'],
  ['heap leak since the last release', 'memory'],
  ['all users logged out, tokens refused', 'session'],
  ['session cookie mixed up between users', 'session'],
]
