import { describe, expect, test } from 'vitest'
import { secretsIn } from '../../../../src/steps/kinds/config/learn-secrets.ts'

const RANDOM = 'Zx81kq9LmPq2TTv0aB3dE5fG'

describe('what is a secret', () => {
  test.each([
    ['JWT_SECRET', 'identity-signing'],
    ['DB_PASSWORD', 'hunter2'],
    ['API_KEY', 'k-1234567'],
    ['SECRET_KEY_BASE', 'abcdefghijk'],
    ['GITHUB', 'ghp_abcdefghijklmnop'],
    ['ANYTHING', RANDOM],
    ['WEBHOOK', `https://hooks.example.test/services/${RANDOM}`],
    ['PEM', '-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----'],
  ])('%s', (key, value) => {
    expect(secretsIn(key, value)).toEqual([value])
  })

  test('of an address is the whole and its password, unless that is a name in it too', () => {
    const url = 'postgres://app:Zx81kq9L@db/login'
    expect(secretsIn('DATABASE_URL', url)).toEqual([url, 'Zx81kq9L'])
    const lazy = 'postgres://login:login@db/login'
    expect(secretsIn('DATABASE_URL', lazy)).toEqual([lazy])
  })

  test.each([
    ['NODE_ENV', 'production'],
    ['PORT', '3000'],
    ['AUTH_TRUST_HOST', 'true'],
    ['SESSION_SECRET_ENABLED', 'yes'],
    ['TOKEN_TTL', '900seconds'],
    ['JWT_SECRET_FILE', '/run/secrets/jwt_secret'],
    ['SESSION_COOKIE_NAME', 'session-token'],
    ['NEXTAUTH_URL', 'https://login.example.test/auth'],
    ['PASSWORD_MIN_LENGTH', '12'],
    ['COMMIT', '9fceb02d0ae598e95dc970b74767f19372d61af8'],
    ['REQUEST', '3f2504e0-4f89-41d3-9a0c-0305e82c3301'],
    ['TOKEN', 'token'],
    ['GREETING', 'hello there, this is a sentence'],
    ['DATABASE_URL', 'sqlite:./dev.db'],
  ])('%s=%s is none', (key, value) => {
    expect(secretsIn(key, value)).toEqual([])
  })
})
