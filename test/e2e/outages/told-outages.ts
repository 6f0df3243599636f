/** What the people of each outage know and write: in the head of the report, and in its places. */
import type { FrontMatter } from '../../../src/postmortem/front-matter/schema.ts'

export type Told = {
  head: Omit<FrontMatter, 'hotwash'>
  /** By the name of the place; what has no words of its own gets the last ones. */
  prose: Readonly<Record<string, string>> & { rest: string }
}

type Action = NonNullable<FrontMatter['actions']>[number]

const action = (id: string, more: Partial<Action> & { title: string }): Action => ({
  id,
  type: 'prevent',
  owner: 'Robin Example',
  priority: 'P1',
  due: '2027-01-15',
  tracker: `https://tracker.example.test/browse/${id}`,
  done_when: 'the check fails on the broken release and passes on the mended one',
  ...more,
})

const common = {
  detection_source: 'customer',
  environment: 'production',
  roles: { incident_commander: 'Robin Example', scribe: 'Robin Example' },
  lucky: ['It was noticed before the evening, when three times as many people log in.'],
} satisfies Told['head']

const disconnect: Told = {
  head: {
    ...common,
    services: ['login'],
    impact: {
      numbers: { failed_logins: { about: 300 }, support_requests: 14 },
      says: 'Most logins failed while several people logged in at once; open sessions went on.',
    },
    trigger: 'A release in which all requests share one database client, and each one closes it.',
    contributing_factors: [
      {
        id: 'closed_early',
        says: 'A request closes the client that others still use',
        because: ['one_by_one'],
      },
      { id: 'one_by_one', says: 'All tests of the login log in one at a time', because: [] },
      { id: 'blind_health', says: 'The health check does not log in', because: [] },
    ],
    hypotheses: [
      {
        claim: 'The pool is too small',
        state: 'dropped',
        why: 'no more than 30 connections were opened, of 60 that the server takes',
      },
    ],
    went_well: ['The runbook told this outage from a full database in ten seconds.'],
    went_wrong: ['The health check was green all the time.'],
    surprising: ['One login always worked, so that nobody could repeat what customers saw.'],
    actions: [
      action('login-16', { title: 'Run 16 logins at once in the tests of the login service' }),
      action('health-login', {
        title: 'Log in from the health check every 30 seconds',
        type: 'detect',
        priority: 'P2',
        done_when: 'an alert fired within a minute in a rehearsal',
      }),
    ],
    public: {
      title: 'Logins failed',
      summary: 'On 21 November many logins failed.',
      cause: 'Connections to our database were closed too early.',
      remedies: ['We put back the way in which connections are shared.'],
    },
  },
  prose: {
    summary:
      'Logins failed as soon as several people logged in at once, because each request closed the database connection that others were still using. One pool for all requests ended it.',
    detection: 'Customers wrote to support; a health check that logs in would have told sooner.',
    resolution: 'One pool that nobody closes ended it. It is the lasting fix.',
    rest: 'Nothing more is known of this.',
  },
}

const callback: Told = {
  head: {
    ...common,
    detection_source: 'employee',
    services: ['login', 'session'],
    impact: {
      numbers: { users: { between: [400, 700] } },
      says: 'Everybody who logged in was shown the page for guests.',
    },
    trigger: 'A release whose session callback asks for a column that no migration has added.',
    contributing_factors: [
      {
        id: 'no_column',
        says: 'The session callback asks the database for a column that is not there',
        because: ['order'],
      },
      { id: 'order', says: 'A release can go out before its migration', because: [] },
      {
        id: 'null_is_200',
        says: 'A session that fails is answered with 200 and null',
        because: [],
      },
    ],
    hypotheses: [
      { claim: 'Cookies are dropped by the proxy', state: 'dropped', why: 'they arrive' },
    ],
    went_well: ['The count of transactions showed what each request costs.'],
    went_wrong: ['All graphs count statuses, and all statuses were 200.'],
    surprising: ['The login itself worked.'],
    actions: [
      action('pipeline-order', { title: 'Refuse a release in the pipeline before its migration' }),
      action('session-whose', {
        title: 'Alert when more than 1 % of sessions are null after a login',
        type: 'detect',
      }),
    ],
    public: {
      summary: 'People who logged in were shown the page for guests.',
      title: 'Logins without a session',
      cause: 'Our service asked for data that was not there yet.',
    },
  },
  prose: {
    summary:
      'Everybody could log in and nobody had a session: the session callback failed at each request, and the answer was still 200. Reading the signed token instead ended it.',
    detection: 'A colleague saw the page for guests after a login.',
    resolution: 'The signed token is read, and the database is no longer asked. It is lasting.',
    rest: 'Nothing more is known of this.',
  },
}

const isolation: Told = {
  head: {
    ...common,
    services: ['login', 'account pages'],
    impact: {
      numbers: { users: 2, accounts_shown_to_others: { about: 5 } },
      says: 'Users were shown the pages of whoever had logged in last.',
    },
    trigger: { unknown: 'the release is older than the logs that are kept' },
    contributing_factors: [
      {
        id: 'one_user',
        says: 'The service keeps one current user for the whole process',
        because: ['one_account'],
      },
      { id: 'one_account', says: 'The tests use one account', because: [] },
    ],
    hypotheses: [
      { claim: 'A cache mixes answers', state: 'dropped', why: 'there is none before the service' },
    ],
    went_well: ['Two accounts at once showed it at the first try.'],
    went_wrong: ['Nobody could end the sessions that were open.'],
    surprising: ['A logout never ended a session.'],
    actions: [
      action('two-accounts', { title: 'Run the tests of sessions with two accounts at once' }),
      action('end-sessions', {
        title: 'Count sessions that answer after their logout, and alert on the first one',
        type: 'detect',
      }),
    ],
    public: {
      title: 'Account pages were mixed up',
      summary: 'Some users were shown the pages of others.',
      impact: 'About five accounts were shown to others.',
      numbers: [],
      cause: 'Sessions were not kept apart.',
    },
  },
  prose: {
    summary:
      'Whoever logged in last was everybody, and neither a logout nor a revocation ended a session. Sessions that are kept as rows ended it.',
    detection: 'A customer saw the name of another one.',
    resolution: 'Sessions are rows of the database now. It is the lasting fix.',
    rest: 'Nothing more is known of this.',
  },
}

const envSplit: Told = {
  head: {
    ...common,
    services: ['sign-up'],
    impact: { numbers: { failed_sign_ups: 38 }, says: 'Nobody could sign up.' },
    trigger: 'A migration was applied to the database that one of two env files names.',
    contributing_factors: [
      {
        id: 'two_files',
        says: 'Two env files name two databases, and the later one wins',
        because: ['no_check'],
      },
      { id: 'no_check', says: 'The service does not say which database it works on', because: [] },
      { id: 'hash', says: 'The password hash takes 72 bytes', because: [] },
    ],
    hypotheses: [
      {
        claim: 'The migration failed',
        state: 'dropped',
        why: 'the column is there in one database',
      },
    ],
    went_well: ['Both databases were backed up before anything was changed.'],
    went_wrong: ['A look by hand went to the migrated database, where all was well.'],
    surprising: ['Behind the first error was a second one.'],
    actions: [
      action('one-file', { title: 'Remove the second env file, and refuse to start with two' }),
      action('say-database', {
        title: 'Print the name of the database at the start of the service',
        type: 'detect',
      }),
    ],
    public: {
      title: 'Sign-up failed',
      summary: 'Nobody could sign up.',
      cause: 'A setting pointed at the wrong place.',
      numbers: ['failed_sign_ups'],
    },
  },
  prose: {
    summary:
      'Sign-up failed on a column that was there: the migration had gone to another database than the service works on. Behind it was a second error, of long passwords. Both are mended.',
    detection: 'A customer wrote that sign-up answers 500.',
    resolution: 'The migrated database counts, and passwords are hashed before they are hashed.',
    rest: 'Nothing more is known of this.',
  },
}

const staging: Told = {
  head: {
    ...common,
    detection_source: 'monitoring',
    environment: 'staging',
    services: ['login on staging'],
    impact: { unknown: 'staging keeps no statistics' },
    trigger: 'A deployment of three changes at once.',
    contributing_factors: [
      {
        id: 'weak_secret',
        says: 'The signing secret is a known weak value',
        because: ['template'],
      },
      { id: 'template', says: 'The env file is a copy of a template', because: [] },
      { id: 'no_migration', says: 'A migration was not applied', because: [] },
      { id: 'release', says: 'The release opens sessions that name nobody', because: [] },
    ],
    hypotheses: [
      { claim: 'The load balancer is ill', state: 'dropped', why: 'it has no part here' },
    ],
    went_well: ['Each of the three was told from the others by what it cured.'],
    went_wrong: ['One red light stood for three faults.'],
    surprising: ['There were three.'],
    actions: [
      action('strong-secret', {
        title: 'Refuse to start with a secret of fewer than 32 characters',
      }),
      action('migrations-first', {
        title: 'Alert when a migration is pending for more than 10 minutes',
        type: 'detect',
      }),
    ],
    public: {
      title: 'Logins on our test system failed',
      services: ['login'],
      summary: 'No customer was affected.',
    },
  },
  prose: {
    summary:
      'Nobody could log in on staging, for three reasons at once: a weak signing secret, a migration that was never applied, and a bad release. Each was mended and seen to be mended.',
    detection: 'The health check went red after the deployment.',
    resolution: 'A strong secret, the release before and the migration. The release is a stopgap.',
    rest: 'Nothing more is known of this.',
  },
}

export const TOLD: Readonly<Record<string, Told>> = {
  'premature-disconnect': disconnect,
  'session-callback': callback,
  'session-isolation': isolation,
  'env-split': envSplit,
  'staging-login': staging,
}
