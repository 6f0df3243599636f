/** The throw-away repository of the demo: what a team would have in theirs. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SCHEMA } from './seed.ts'

const README = `# The demo of hotwash

A login service (\`ops/serve\`), its database, and the change that broke it
(\`ops/0002-rename-column.sql\`). What was done about it is on the branch of the incident.
`

/** The change breaks login: the service still reads the column by its old name. */
export const BAD_CHANGE = 'ops/0002-rename-column.sql'

const FILES: Readonly<Record<string, string>> = {
  'README.md': README,
  '.gitignore': 'app.env\napp.db*\nservice.log\n',
  'ops/0001-users.sql': SCHEMA,
}

const CHANGE: Readonly<Record<string, string>> = {
  [BAD_CHANGE]: 'alter table users rename column password_hash to pw_hash;\n',
  'ops/fix-right.sql': 'alter table users rename column pw_hash to password_hash;\n',
  // Login answers again, with 401 for everybody: the new column is empty.
  'ops/fix-wrong.sql': "alter table users add column password_hash text not null default '';\n",
}

export function makeRepository(
  dir: string,
  at: { moduleUrl: string; stateDir: string | undefined },
): void {
  const { moduleUrl } = at

  const git = (...args: string[]): void => {
    execFileSync('git', [...SETTINGS, ...args], { cwd: dir, stdio: 'pipe', env: cleanEnv() })
  }
  git('init', '-q', '--template=', '-b', 'main')
  git('config', 'user.name', 'Demo Engineer')
  git('config', 'user.email', 'engineer@example.test')
  write(dir, FILES)
  const config = at.stateDir === undefined ? '' : `state_dir: ${JSON.stringify(at.stateDir)}\n`
  write(dir, { 'hotwash.yaml': `default_branch: main\n${config}` })
  writeProgram(dir, 'ops/serve', { moduleUrl, call: 'serve()', says: 'Serves the login.' })
  const call = 'migrate(process.argv[1])'
  writeProgram(dir, 'ops/migrate', { moduleUrl, call, says: 'Applies one SQL script.' })
  git('add', '--all')
  git('commit', '-q', '-m', 'A login service')
  write(dir, CHANGE)
  git('add', '--all')
  git('commit', '-q', '-m', 'Rename password_hash to pw_hash')
}

/** Nothing of the machine's own configuration takes part: no hooks, no signing. */
const SETTINGS = ['-c', 'core.hooksPath=/dev/null', '-c', 'commit.gpgSign=false']

/** GIT_DIR and its kin would lead into another repository. */
export const cleanEnv = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || /^(GIT_|NODE_)/.test(name) ? [] : [[name, value]],
    ),
  )

function write(dir: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`

/**
 * The arguments of a Node that calls one function of the demo's programs. CommonJS libraries in the
 * bundle want a `require` that is there for all, as bin/run.js makes one for the tool itself.
 */
export function nodeArgs(moduleUrl: string, call: string): string[] {
  const url = JSON.stringify(moduleUrl)
  const lines = [
    `globalThis.require = process.getBuiltinModule('node:module').createRequire(${url})`,
    `const { ${call.split('(')[0]} } = await import(${url})`,
    `await ${call}`,
  ]
  return ['--no-warnings', '--input-type=module', '--eval', lines.join('; ')]
}

type Program = { moduleUrl: string; call: string; says: string }

/** This Node, by its path: the machine's own may be another or none. */
function writeProgram(dir: string, path: string, { moduleUrl, call, says }: Program): void {
  const command = [process.execPath, ...nodeArgs(moduleUrl, call)].map(quoted).join(' ')
  write(dir, {
    [path]: `#!/usr/bin/env bash\n# ${says}\ncd -- "\${0%/*}/.."\nexec ${command} "$@"\n`,
  })
  chmodSync(join(dir, path), 0o755)
}
