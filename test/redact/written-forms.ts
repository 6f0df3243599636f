/** How programs write a secret, by other means than the code under test: real encoders where there are any. */
import { execFileSync } from 'node:child_process'

/** A secret that every encoding changes, and one that comes in the middle of text. */
export const AWKWARD = `p@ss w"o'rd<é>&/+=\\x$!`

export const before = 'listening on 8080, user=maria '
export const after = ' and 3 more; done in 12 ms'

const wrap = (text: string, width: number): string =>
  text.replace(new RegExp(`(.{${width}})`, 'g'), '$1\n')

const bash = (script: string, secret: string): string =>
  execFileSync('bash', ['--norc', '-c', script, 'bash', secret], {
    encoding: 'utf8',
    env: { LC_ALL: 'C.UTF-8' },
  })

const python = (expression: string, secret: string): string =>
  execFileSync(
    'python3',
    [
      '-c',
      `import sys,json,html,shlex,urllib.parse as u\ns=sys.argv[1]\nsys.stdout.write(${expression})`,
      secret,
    ],
    {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] ?? '', PYTHONIOENCODING: 'utf8', PYTHONUTF8: '1' },
    },
  )

const base64At = (offset: number, width?: number) => (secret: string) => {
  const text = Buffer.from(`${'x'.repeat(offset)}${secret}yyyy`).toString('base64')
  return width === undefined ? text : wrap(text, width)
}

/** Pure JavaScript: fast enough for a property. */
export const WRITERS: Readonly<Record<string, (secret: string) => string>> = {
  plain: (secret) => secret,
  url: (secret) => encodeURIComponent(secret),
  'url in lower case': (secret) =>
    encodeURIComponent(secret).replace(/%../g, (hex) => hex.toLowerCase()),
  form: (secret) => new URLSearchParams({ secret }).toString().slice('secret='.length),
  json: (secret) => JSON.stringify({ secret }),
  'json in json': (secret) => JSON.stringify({ body: JSON.stringify({ secret }) }),
  html: (secret) =>
    secret
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;'),
  'single quotes': (secret) => `'${secret.replaceAll("'", `'\\''`)}'`,
  'double quotes': (secret) => `"${secret.replace(/[\\"$`]/g, '\\$&')}"`,
  hex: (secret) => Buffer.from(secret).toString('hex'),
  'hex in upper case': (secret) => Buffer.from(secret).toString('hex').toUpperCase(),
  base64: (secret) => Buffer.from(secret).toString('base64'),
  'base64, first offset': base64At(0),
  'base64, second offset': base64At(1),
  'base64, third offset': base64At(2),
  base64url: (secret) => Buffer.from(`ab${secret}`).toString('base64url'),
  'base64 of 64': base64At(55, 64),
  'base64 of 76': base64At(61, 76),
  'folded lines': (secret) => secret.replace(/.{5}/gu, '$&\r\n    '),
  'ANSI codes': (secret) => Array.from(secret).join('\u001b[1;31m'),
}

/** What real programs print. */
export const PROGRAMS: Readonly<Record<string, (secret: string) => string>> = {
  'bash printf %q': (secret) => bash('printf %q "$1"', secret),
  'bash ${x@Q}': (secret) => bash('echo "${1@Q}"', secret),
  'bash set -x': (secret) => bash('set -x; exec 2>&1; : "$1"; printf "%s" "$1" | base64', secret),
  'python repr': (secret) => python('repr(s)', secret),
  'python json': (secret) => python('json.dumps({"a": s})', secret),
  'python html': (secret) => python('html.escape(s)', secret),
  'python shlex': (secret) => python('shlex.quote(s)', secret),
  'python quote': (secret) => python('u.quote(s)', secret),
  'python quote_plus': (secret) => python('u.quote_plus(s)', secret),
  'od -tx1': (secret) => bash('printf %s "$1" | od -An -v -tx1 | tr -d " \\n"', secret),
}
