/** What the repository of the sample holds: the releases of its code, and its migrations. */

const handlers = (version: string, identity: string): string => `export const version = '${version}'
export const columns = ['id', 'email', 'role', 'password_hash', 'last_login_at']
export const claimsOf = (user) => ({ email: user.email, role: user.role })
export const identityOf = (claims) => ${identity}
`

/** In the order in which they were released. */
export const RELEASES: readonly { tag: string; handlers: string }[] = [
  // It says that it is well, and takes everybody for the same person.
  { tag: 'v1.2.0', handlers: handlers('v1.2.0', "({ email: 'ann@example.test', role: 'admin' })") },
  // It never could log anybody in.
  {
    tag: 'v1.3.0',
    handlers: handlers('v1.3.0', '({ email: claims.email, role: claims.role })').replace(
      'last_login_at',
      'last_seen_at',
    ),
  },
  { tag: 'v1.4.0', handlers: handlers('v1.4.0', '({ email: claims.email, role: claims.role })') },
  // The claims have an e-mail address, and no user.
  { tag: 'v1.5.0', handlers: handlers('v1.5.0', 'claims.user ?? null') },
]

export const BASELINE = `create table users (
  id serial primary key,
  email text not null unique,
  role text not null,
  password_hash text not null
);
create table sessions (id text primary key, email text not null, opened timestamptz default now());
create table schema_migrations (version text primary key, applied_at timestamptz not null default now());
insert into schema_migrations (version) values ('0001_users');
`

const LAST_LOGIN = `alter table users add column last_login_at timestamptz;
create index users_last_login on users (last_login_at);
`

/** Its first statement changes every row, its second one cannot be carried out. */
const HALF = `update users set email = upper(email), role = 'migrated';
alter table users add column last_login_at timestamptz references logins (at);
`

export const MIGRATIONS: Readonly<Record<string, string>> = {
  'migrations/0001_users.sql': BASELINE,
  'migrations/0002_last_login.sql': LAST_LOGIN,
  'migrations-half/0002_last_login.sql': HALF,
}
