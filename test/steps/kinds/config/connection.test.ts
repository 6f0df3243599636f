import { describe, expect, test } from 'vitest'
import { connectionOf } from '../../../../src/steps/kinds/config/connection.ts'

const PASSWORD = 'Zx81kq9LmPq2'
const place = (value: string) => {
  const connection = connectionOf(value)
  return connection && `${connection.host}|${connection.database}`
}

describe('where a value points', () => {
  test.each([
    [
      'PostgreSQL',
      `postgres://app:${PASSWORD}@db.example.test:5433/login`,
      'db.example.test:5433|login',
    ],
    ['SQLAlchemy', `postgresql+asyncpg://app:${PASSWORD}@db/login?ssl=true`, 'db|login'],
    ['an IPv6 address', `postgres://app:${PASSWORD}@[::1]:5432/login`, '[::1]:5432|login'],
    ['an escaped password', 'postgres://app:p%40ss%2Fword@db/login', 'db|login'],
    ['an escaped name', 'postgres://app:x@db/my%20db', 'db|my db'],
    ['MySQL', `mysql://app:${PASSWORD}@db:3306/login`, 'db:3306|login'],
    [
      'several hosts',
      `mongodb://app:${PASSWORD}@a:27017,b:27017/login?replicaSet=r`,
      'a:27017,b:27017|login',
    ],
    [
      'mongodb+srv',
      `mongodb+srv://app:${PASSWORD}@cluster.example.test/login`,
      'cluster.example.test|login',
    ],
    ['Redis', `redis://:${PASSWORD}@cache:6379/2`, 'cache:6379|2'],
    ['JDBC', `jdbc:postgresql://db:5432/login?user=app&password=${PASSWORD}`, 'db:5432|login'],
    ['libpq', `host=db port=5432 dbname=login user=app password=${PASSWORD}`, 'db:5432|login'],
    [
      '.NET',
      `Server=db;Port=5432;Database=login;User Id=app;Password=${PASSWORD};`,
      'db:5432|login',
    ],
    ['SQLite', 'sqlite:./dev.db', '|./dev.db'],
    ['Prisma', 'file:./dev.db', '|./dev.db'],
    [
      'a page, whose path is not told',
      'https://hooks.example.test/services/T0/B0/abcdef',
      'hooks.example.test|',
    ],
  ])('%s', (_, value, expected) => {
    expect(place(value)).toBe(expected)
  })

  test.each([
    ['a slash in the password', 'postgres://app:12/3Zx81kq9@db/login'],
    ['a question mark in the password', 'postgres://app:12?3Zx81kq9@db/login'],
    ['a hash in the password', 'postgres://app:12#3Zx81kq9@db/login'],
    ['plain text', 'hello world'],
    ['a base64 text', 'dGVzdA=='],
    ['a text with an equals sign', 'a=b;c=d'],
    ['a template', 'postgres://${USER}:${PASS}@${HOST}/${NAME}'],
  ])('is not guessed from %s', (_, value) => {
    expect(connectionOf(value)).toBeUndefined()
  })

  test('knows what must not be shown', () => {
    expect(connectionOf(`postgres://app:p%40ss@db/login`)).toMatchObject({
      user: 'app',
      secrets: ['p%40ss', 'p@ss'],
    })
    expect(connectionOf(`jdbc:postgresql://db/login?password=${PASSWORD}`)?.secrets).toEqual([
      PASSWORD,
    ])
  })
})
