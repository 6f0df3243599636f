/** The database of the sample service: its tables and its users. */
import { hash } from 'bcryptjs'
import { connect } from './database.ts'

/** Low, so that the demo is quick; a real service takes 12 or more. */
const BCRYPT_ROUNDS = 6

export const SCHEMA = `create table users (
  id integer primary key,
  email text not null unique,
  role text not null,
  password_hash text not null
);
create table sessions (
  id text primary key,
  user_id integer not null references users (id)
);
`

export async function seed(
  url: string,
  users: readonly { email: string; role: string; password: string }[],
): Promise<void> {
  const database = await connect(url)
  try {
    await database.script(SCHEMA)
    for (const [index, { email, role, password }] of users.entries()) {
      await database.query(
        'insert into users (id, email, role, password_hash) values ($1, $2, $3, $4)',
        [String(index + 1), email, role, await hash(password, BCRYPT_ROUNDS)],
      )
    }
  } finally {
    await database.close()
  }
}
