import { describe, expect, test } from 'vitest'
import {
  CATEGORIES,
  CATEGORY_RULES,
  categoryOf,
  type Category,
} from '../../src/incident/error-category.ts'
import { cpuMs } from '../cpu-time.ts'

/** As the programs write them; addresses, names and values are made up. */
const MESSAGES: Record<Exclude<Category, 'unknown'>, readonly string[]> = {
  database: [
    // node-postgres and PostgreSQL
    'error: column "password_hash" of relation "users" does not exist',
    'error: column u.password_hash does not exist',
    'relation "users" does not exist',
    'error: database "app_new" does not exist',
    'error: role "svc" does not exist',
    'duplicate key value violates unique constraint "users_email_key"',
    'null value in column "email" of relation "users" violates not-null constraint',
    'sorry, too many clients already',
    'FATAL: remaining connection slots are reserved for roles with the SUPERUSER attribute',
    'terminating connection due to administrator command',
    'FATAL: the database system is starting up',
    'Error: Client has encountered a connection error and is not queryable',
    'Error: Client was closed and is not queryable',
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Error: timeout exceeded when trying to connect',
    'Error: Cannot use a pool after calling end on the pool',
    'error: password authentication failed for user "svc"',
    'no pg_hba.conf entry for host "10.0.0.4", user "svc", database "app", no encryption',
    'error: permission denied for table users',
    'error: syntax error at or near "form"',
    'error: canceling statement due to statement timeout',
    'current transaction is aborted, commands ignored until end of transaction block',
    'connect ECONNREFUSED 127.0.0.1:5432',
    '127.0.0.1:5432: connection refused',
    'dial tcp 10.0.0.9:5432: i/o timeout',
    'connection to server at "127.0.0.1", port 5432 failed: Connection refused',
    // asyncpg, psycopg and SQLAlchemy
    'asyncpg.exceptions.UndefinedColumnError: column "password_hash" does not exist',
    'asyncpg.exceptions._base.InterfaceError: cannot perform operation: another operation is in progress',
    'connection was closed in the middle of operation',
    'connection is closed',
    'sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) could not connect to server',
    'sqlalchemy.exc.ProgrammingError: (psycopg2.errors.UndefinedTable) relation "users" does not exist',
    'QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00',
    '(Background on this error at: https://sqlalche.me/e/20/e3q8)',
    "alembic.util.exc.CommandError: Can't locate revision identified by '3f1c'",
    'alembic: Target database is not up to date.',
    'django.db.utils.OperationalError: no such column: auth_user.tenant',
    // Prisma
    'Invalid `prisma.user.findUnique()` invocation: The column `users.tenant` does not exist in the current database.',
    "PrismaClientInitializationError: Can't reach database server at `db`:`5432`",
    'Timed out fetching a new connection from the connection pool. (Current connection pool timeout: 10)',
    'Authentication failed against database server, the provided database credentials are not valid',
    // Drizzle, TypeORM, Sequelize, Knex
    'Failed query: select "id", "role" from "users" where "users"."id" = $1 params: 7',
    'DrizzleQueryError: Failed query: insert into "sessions"',
    'QueryFailedError: relation "session" does not exist',
    'SequelizeConnectionRefusedError: connect ECONNREFUSED',
    'KnexTimeoutError: Knex: Timeout acquiring a connection. The pool is probably full.',
    // MongoDB
    'MongoNotConnectedError: Client must be connected before running operations',
    'MongoServerSelectionError: Server selection timed out after 30000 ms',
    'MongooseError: Operation `users.findOne()` buffering timed out after 10000ms',
    'Topology is closed',
    'E11000 duplicate key error collection: app.users index: email_1',
    'bad auth : Authentication failed.',
    'MongoExpiredSessionError: Cannot use a session that has ended',
    // MySQL
    "Unknown column 'tenant' in 'field list'",
    "Table 'app.users' doesn't exist",
    "Access denied for user 'svc'@'10.0.0.4' (using password: YES)",
    'Lost connection to MySQL server during query',
    'Deadlock found when trying to get lock; try restarting transaction',
    'Lock wait timeout exceeded; try restarting transaction',
    "Duplicate entry 'x' for key 'users.email'",
    'ER_NO_SUCH_TABLE: something is missing',
    'PROTOCOL_CONNECTION_LOST',
    // SQLite
    'SqliteError: no such table: users',
    'SQLITE_BUSY: database is locked',
    'sqlite3.OperationalError: attempt to write a readonly database',
    'UNIQUE constraint failed: users.email',
    // in words
    'database connection failed',
    'Database unavailable',
    'could not connect to the database',
    'db error',
    'AdapterError: Read more at https://errors.authjs.dev#adaptererror',
    // behind another status
    '401 Unauthorized: relation "users" does not exist',
  ],
  config: [
    'Error: JWT_SECRET is not defined',
    'SESSION_SECRET must be set',
    'Missing required DATABASE_URL',
    'missing JWT_SIGNING_SECRET',
    'DATABASE_URL environment variable is not set',
    'error: Environment variable not found: DATABASE_URL.',
    'PrismaClientInitializationError: error: Environment variable not found: DATABASE_URL.',
    'error: Error validating datasource `db`: the URL must start with the protocol `postgresql://`',
    "KeyError: 'DATABASE_URL'",
    '❌ Invalid environment variables: { AUTH_SECRET: [ "Required" ] }',
    '[auth][error] MissingSecret: Please define a `secret`. Read more at https://errors.authjs.dev#missingsecret',
    '[next-auth][error][NO_SECRET] Please define a `secret` in production.',
    '[auth][error] UntrustedHost: Host must be trusted.',
    'There is a problem with the server configuration. Check the server logs for more information.',
    'Error: secretOrPrivateKey must have a value',
    'JwtStrategy requires a secret or key',
    'secret option required for sessions',
    'The session is unavailable because no secret key was set.',
    'django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.',
    'Missing `secret_key_base` for production environment',
    'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string',
    'the signing secret is too short',
    'jwt secret is missing',
    'failed to load configuration',
    'Invalid configuration: issuer',
    'invalid_client',
    'redirect_uri_mismatch',
    'Not allowed by CORS',
    "ENOENT: no such file or directory, open '/srv/app/.env'",
    'Error: listen EADDRINUSE: address already in use :::8000',
    'pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings',
    'Unknown authentication strategy "local"',
  ],
  auth: [
    'Unauthorized',
    '403 Forbidden',
    'Invalid credentials',
    'Incorrect username or password.',
    'invalid email or password',
    'Login failed',
    'TokenExpiredError: jwt expired',
    'JsonWebTokenError: jwt malformed',
    'JsonWebTokenError: invalid signature',
    'JWTExpired: "exp" claim timestamp check failed',
    'JWSSignatureVerificationFailed: signature verification failed',
    'JWEDecryptionFailed: decryption operation failed',
    'ERR_JWKS_NO_MATCHING_KEY',
    'unexpected "iss" claim value',
    'jwt.exceptions.ExpiredSignatureError: Signature has expired',
    'jwt.exceptions.DecodeError: Not enough segments',
    'The access token expired',
    'invalid_grant',
    'access_denied',
    '[next-auth][error][JWT_SESSION_ERROR]',
    '[auth][error] SessionTokenError: Read more at https://errors.authjs.dev#sessiontokenerror',
    '[auth][error] CredentialsSignin',
    '[auth][error] OAuthAccountNotLinked',
    'InvalidCheck: pkceCodeVerifier value could not be parsed',
    'CSRF token mismatch.',
    'invalid csrf token',
    'Forbidden (CSRF cookie not set.): /login',
    'ActionController::InvalidAuthenticityToken',
    'Failed to deserialize user out of session',
    'Missing credentials',
    'Authentication credentials were not provided.',
    'Your session has expired, please sign in again',
    'Account is locked',
    'InvalidCredentialsError: 80090308: LdapErr: DSID-0C09',
    'git@example.test: Permission denied (publickey).',
  ],
  dependency: [
    'connect ECONNREFUSED 127.0.0.1:8080',
    '127.0.0.1:8080: connection refused',
    'login.example.test: unknown host',
    'login.example.test: the connection was reset before an answer',
    'login.example.test: the connection was closed before an answer',
    'login.example.test: no answer within the time limit',
    'getaddrinfo ENOTFOUND idp.example.test',
    'getaddrinfo EAI_AGAIN idp.example.test',
    'socket hang up',
    'TypeError: fetch failed',
    'UND_ERR_CONNECT_TIMEOUT',
    'read ECONNRESET',
    '502 Bad Gateway',
    '504 Gateway Time-out',
    '503 Service Temporarily Unavailable',
    'no healthy upstream',
    'upstream connect error or disconnect/reset before headers. reset reason: connection failure',
    'connect() failed (111: Connection refused) while connecting to upstream',
    'upstream timed out (110: Operation timed out) while reading response header from upstream',
    'upstream prematurely closed connection while reading response header',
    'no live upstreams while connecting to upstream',
    'certificate has expired',
    'self-signed certificate in certificate chain',
    'unable to verify the first certificate',
    'x509: certificate signed by unknown authority',
    "Hostname/IP does not match certificate's altnames",
    '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed',
    'requests.exceptions.ConnectTimeout: HTTPSConnectionPool: Max retries exceeded with url: /token',
    'Temporary failure in name resolution',
    'timeout of 5000ms exceeded',
    'The operation timed out',
    'connect ECONNREFUSED 127.0.0.1:6379',
    'ReplyError: NOAUTH Authentication required.',
    'MaxRetriesPerRequestError: Reached the max retries per request limit (which is 20).',
    "Error: Cannot find module 'bcrypt'",
    "ModuleNotFoundError: No module named 'psycopg2'",
    "ERR_MODULE_NOT_FOUND: Cannot find package 'pg' imported from /srv/app/db.js",
    'libpq.so.5: cannot open shared object file: No such file or directory',
    // A hash and its library.
    'ValueError: password cannot be longer than 72 bytes, truncate manually if necessary (e.g. my_password[:72])',
    "AttributeError: module 'bcrypt' has no attribute '__about__'",
    '(trapped) error reading bcrypt version',
    'bcrypt: password length exceeds 72 bytes',
  ],
}

/** Errors whose words tell nothing, and words that are no error at all. */
const PLAIN = [
  '',
  'Internal Server Error',
  'Something went wrong',
  'Not Found',
  'Page not found',
  'User not found',
  'Bad Request',
  'ok',
  '{"ok":true}',
  'null',
  'Welcome back, please choose a table for two',
  'The table is reserved',
  'Your role was changed',
  'A column of smoke',
  'This book has 12 tables and an index',
  'Configuration saved',
  'configuration loaded from app.yaml',
  'Please enter a valid email address',
  'email is required',
  'Password must have at least 12 characters',
  'token ring network',
  'A secret garden',
  'database migration completed',
  'The database of customers was exported',
  'connected to postgres',
  'session started',
  'signed in as admin@example.test',
  'Prisma schema loaded',
  'Invalid input',
  'invalid date',
  'Cannot read properties of undefined (reading "id")',
  "TypeError: 'NoneType' object is not subscriptable",
  'Unexpected token < in JSON at position 0',
  'index out of range',
  'Too Many Requests',
  'the upstream of the river',
  'Payload Too Large',
  'GET /healthz 200 3 ms',
  'Environment: production',
  'SELECT count(*) FROM users',
  'HTTP_STATUS 500',
  'certificate issued',
  'time out of office',
]

describe.each(Object.entries(MESSAGES))('%s', (category, messages) => {
  test.each(messages)('%s', (text) => {
    expect(categoryOf({ text })).toBe(category)
    // As it stands in a log, an answer of JSON, or behind a status.
    expect(categoryOf({ text: `2026-11-21T03:00:00Z ERROR ${text}` })).toBe(category)
    expect(categoryOf({ text: `500 ${text}`, status: 500 })).toBe(category)
  })
})

test.each(PLAIN)('plain words are of no category: %s', (text) => {
  expect(categoryOf({ text })).toBe('unknown')
  expect(categoryOf({ text, status: 500 })).toBe('unknown')
})

test('where the words do not tell, the status may', () => {
  const of = (status: number) => categoryOf({ text: 'Sorry', status })
  expect([401, 403, 419].map(of)).toEqual(['auth', 'auth', 'auth'])
  expect([502, 503, 504, 522].map(of)).toEqual(Array(4).fill('dependency'))
  expect([200, 404, 422, 429, 500].map(of)).toEqual(Array(5).fill('unknown'))
})

test('codes of drivers tell where there are no words', () => {
  const of = (code: string) => categoryOf({ code })
  expect(['42703', '42P01', '08006', '53300', '28P01', '57P01', '23505'].map(of)).toEqual(
    Array(7).fill('database'),
  )
  expect(['P2021', 'SQLITE_BUSY', 'ER_DUP_ENTRY'].map(of)).toEqual(Array(3).fill('database'))
  expect(of('P1012')).toBe('config')
  expect(['ECONNREFUSED', 'UND_ERR_SOCKET', 'CERT_HAS_EXPIRED'].map(of)).toEqual(
    Array(3).fill('dependency'),
  )
  expect(['ENOENT', '12345', '500', 'E_FAIL'].map(of)).toEqual(Array(4).fill('unknown'))
})

test('every category but unknown has rules, and no rule is of another', () => {
  const ruled = new Set(CATEGORY_RULES.map(([category]) => category))
  expect([...ruled, 'unknown'].toSorted()).toEqual(CATEGORIES.toSorted())
})

/** Pieces that the rules begin with, over and over: where a pattern goes back and forth, it is here. */
const PIECES = [
  'a',
  'A_',
  'A_SECRET',
  ' ',
  'invalid ',
  'invalid access refresh ',
  'column ',
  'column "',
  'connect ECONNREFUSED ',
  ':5432 ',
  'environment variable ',
  'missing JWT_',
  'jwt',
  'JWTA',
  'Mongo',
  'csrf ',
  'failed to load config ',
  'ENOENT ',
  'migration ',
  'could not connect ',
  'connection to server at ',
]

test('long texts are judged in linear time', () => {
  for (const piece of PIECES) {
    const judge = (chars: number): number => {
      const text = piece.repeat(Math.ceil(chars / piece.length))
      const began = cpuMs()
      categoryOf({ text })
      return cpuMs() - began
    }
    judge(1_000)
    // Quadratic, the second would take a hundred times as long: seconds.
    const [short, long] = [judge(20_000), judge(200_000)]
    expect(long, `${piece}: ${short} ms, ${long} ms`).toBeLessThan(Math.max(short * 60, 500))
  }
})
