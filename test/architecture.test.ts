/**
 * Plants one violation per rule of .oxlintrc.json and expects the rejection, because a checker
 * nobody has seen fail proves nothing. Lazy `import()` is invisible to that rule, so the same table
 * is held against the bundler's module graph too.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, matchesGlob, relative } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..')

type Restricted = { paths: { name: string }[]; patterns: { group: string[] }[] }
type Override = {
  files: string[]
  rules: { 'no-restricted-imports'?: ['error', Restricted] | 'off' }
}
const overrides = (
  JSON.parse(readFileSync(join(ROOT, '.oxlintrc.json'), 'utf8')) as { overrides: Override[] }
).overrides
const rooms = overrides.flatMap(({ files, rules }) => {
  const rule = rules['no-restricted-imports']
  return Array.isArray(rule) ? [{ files, ...rule[1] }] : []
})

/** One file per room that breaks each of its rules on a line of its own, and the rule each line breaks. */
const PURE = ['src/runbook', 'src/incident', 'src/redact']
const IMPURITIES = {
  'a clock': ['export const a = Date.now()', 'no-restricted-properties'],
  chance: ['export const b = Math.random()', 'no-restricted-properties'],
  'the process': ['export const c = process.env', 'no-restricted-globals'],
  'the console': ["console.log('x')", 'no-restricted-globals'],
  'a timer': ['setTimeout(() => undefined, 1)', 'no-restricted-globals'],
} as const
const MANNERS = {
  'a file of over 300 lines': ['export const a = [\n' + '1,\n'.repeat(300) + ']\n', 'max-lines'],
  any: ['export const b = (y: any): unknown => y\n', 'no-explicit-any'],
  'a promise nobody waits for': [
    'const later = async (): Promise<void> => {}\nexport const c = (): void => {\n  later()\n}\n',
    'no-floating-promises',
  ],
  'four parameters': [
    'export const d = (a: 1, b: 1, c: 1, d: 1): number => a + b + c + d\n',
    'max-params',
  ],
} as const

/** Two files that import each other, one of them only a type. */
const CIRCLE = {
  'planned.ts': "import type { B } from './recorded.ts'\nexport const a = (b: B): B => b\n",
  'recorded.ts': "import { a } from './planned.ts'\nexport type B = 1\nexport const c = a(1)\n",
}

describe('lint rules', () => {
  let yard = ''
  let output = ''

  const plant = (path: string, source: string): void => {
    mkdirSync(dirname(join(yard, path)), { recursive: true })
    writeFileSync(join(yard, path), source)
  }

  const forbidden = rooms.map(({ files, paths, patterns }) => ({
    room: files[0] ?? '',
    file: (files[0] ?? '').replace('/**', '/planted.ts'),
    targets: [
      ...patterns
        .flatMap(({ group }) => group)
        .filter((one) => !one.startsWith('!'))
        .map((one) =>
          one.startsWith('node:') ? 'node:fs' : `../${one.replaceAll(/[*/]/g, '')}/target.ts`,
        ),
      ...paths.map(({ name }) => name),
    ],
  }))

  beforeAll(() => {
    yard = mkdtempSync(join(tmpdir(), 'hotwash-yard-'))
    copyFileSync(join(ROOT, '.oxlintrc.json'), join(yard, '.oxlintrc.json'))
    copyFileSync(join(ROOT, 'tsconfig.json'), join(yard, 'tsconfig.json'))
    writeFileSync(join(yard, 'package.json'), '{"type":"module"}')
    symlinkSync(join(ROOT, 'node_modules'), join(yard, 'node_modules'))
    for (const { file, targets } of forbidden) {
      plant(file, targets.map((target, n) => `export { x as x${n} } from '${target}'\n`).join(''))
    }
    for (const folder of PURE) {
      plant(
        `${folder}/impure.ts`,
        Object.values(IMPURITIES)
          .map(([line]) => `${line}\n`)
          .join(''),
      )
    }
    Object.values(MANNERS).forEach(([source], n) => plant(`src/usecases/manners-${n}.ts`, source))
    for (const [name, source] of Object.entries(CIRCLE)) plant(`src/usecases/${name}`, source)
    plant('src/usecases/innocent.ts', 'export const x = 1\n')
    const oxlint = join(ROOT, 'node_modules/.bin/oxlint')
    output = spawnSync(oxlint, ['--format=unix', 'src'], { cwd: yard, encoding: 'utf8' }).stdout
  })
  afterAll(() => rmSync(yard, { recursive: true, force: true }))

  /** `file:line:column: message [severity/plugin(rule)]`, one per line. */
  const found = (place: string, rule: string): boolean =>
    output.split('\n').some((line) => line.startsWith(`${place}:`) && line.includes(`(${rule})`))

  for (const { room, file, targets } of forbidden) {
    it(`keep ${room} from ${targets.length} imports that are not its own`, () => {
      const missed = targets.filter((_, n) => !found(`${file}:${n + 1}`, 'no-restricted-imports'))
      expect(missed).toEqual([])
    })
  }

  it.each(Object.entries(IMPURITIES).map(([what, [, rule]], n) => [what, rule, n + 1] as const))(
    'keep %s out of the pure folders',
    (_what, rule, line) => {
      for (const folder of PURE) expect(found(`${folder}/impure.ts:${line}`, rule)).toBe(true)
    },
  )

  it.each(Object.entries(MANNERS).map(([what, [, rule]], n) => [what, rule, n] as const))(
    'refuse %s',
    (_what, rule, n) => expect(found(`src/usecases/manners-${n}.ts`, rule)).toBe(true),
  )

  it('refuse files that import each other, a type counts too', () => {
    for (const name of Object.keys(CIRCLE))
      expect(found(`src/usecases/${name}:1`, 'no-cycle')).toBe(true)
  })

  it('accept an innocent file, so that the rejections mean something', () => {
    expect(output).not.toContain('innocent.ts')
  })
})

describe('the module graph, lazy imports included', () => {
  const sources = () =>
    execFileSync('git', ['ls-files', '--', 'src/*.ts'], { cwd: ROOT, encoding: 'utf8' })
      .trim()
      .split('\n')

  async function graph(entryPoints: string[], root: string) {
    const { metafile } = await build({
      // One entry that imports them all: a bundle for each would be written out hundreds of times.
      stdin: {
        contents: entryPoints.map((file) => `import './${file}'`).join('\n'),
        resolveDir: root,
      },
      absWorkingDir: root,
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'silent',
    })
    const files = Object.entries(metafile.inputs).filter(([file]) => file !== '<stdin>')
    return files.map(([file, { imports }]) => ({
      file,
      imports: imports.map((one) => ({ path: one.path, external: one.external ?? false })),
    }))
  }

  type Module = Awaited<ReturnType<typeof graph>>[number]

  function violations(modules: readonly Module[]): string[] {
    return modules.flatMap(({ file, imports }) => {
      // The last override that matches a file counts, as in the linter.
      const room = rooms.findLast(({ files }) => files.some((glob) => matchesGlob(file, glob)))
      if (!room) return []
      const folders = room.patterns
        .flatMap(({ group }) => group)
        .filter((one) => one.startsWith('**'))
      return imports
        .filter(({ path, external }) =>
          external
            ? room.paths.some(({ name }) => path === name || path.startsWith(`${name}/`))
            : folders.some((glob) => matchesGlob(path, glob)),
        )
        .map(({ path }) => `${file} -> ${path}`)
    })
  }

  /** From the text: a bundle knows nothing of types. */
  const importsOf = (files: readonly string[], root: string): (readonly [string, string])[] =>
    files.flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/(?:from|import\() ?'(\.[^']+)'/g)].map(
        ([, path = '']) => [file, join(dirname(file), path)] as const,
      ),
    )

  /** Of two files, the folders below the one they share; a file right in that is no folder. */
  function mutual(imports: readonly (readonly [string, string])[]): string[] {
    const arrows = new Set<string>()
    for (const [from, to] of imports) {
      const [a, b] = [from.split('/'), to.split('/')]
      const at = a.findIndex((part, n) => part !== b[n])
      if (at >= a.length - 1 || at >= b.length - 1) continue
      arrows.add(`${a.slice(0, at + 1).join('/')} ${b.slice(0, at + 1).join('/')}`)
    }
    return [...arrows].flatMap((arrow) => {
      const [a = '', b = ''] = arrow.split(' ')
      return a < b && arrows.has(`${b} ${a}`) ? [`${a} <-> ${b}`] : []
    })
  }

  /** Made once: it takes seconds. */
  let modules: Module[]
  beforeAll(async () => {
    modules = await graph(sources(), ROOT)
  })

  it('has no import that points up, static or lazy', () => {
    expect(modules.length).toBeGreaterThan(100)
    expect(violations(modules)).toEqual([])
  })

  it('sees a planted lazy import', async () => {
    const yard = mkdtempSync(join(tmpdir(), 'hotwash-graph-'))
    mkdirSync(join(yard, 'src/runbook'), { recursive: true })
    mkdirSync(join(yard, 'src/engine'), { recursive: true })
    writeFileSync(join(yard, 'src/engine/up.ts'), 'export const up = 1\n')
    writeFileSync(
      join(yard, 'src/runbook/planted.ts'),
      "export const x = () => [import('../engine/up.ts'), import('execa')]\n",
    )
    const found = violations(await graph(['src/runbook/planted.ts'], yard))
    rmSync(yard, { recursive: true })
    expect(found).toEqual([
      'src/runbook/planted.ts -> src/engine/up.ts',
      'src/runbook/planted.ts -> execa',
    ])
  })

  it('has no two folders side by side that import each other, types count', () => {
    expect(mutual(importsOf(sources(), ROOT))).toEqual([])
  })

  it('sees a planted pair of folders', () => {
    const planted = [
      ['src/a/low/x.ts', 'src/a/high/y.ts'],
      ['src/a/high/y.ts', 'src/a/low/z.ts'],
      ['src/a/top.ts', 'src/a/low/x.ts'],
    ] as const
    expect(mutual(planted)).toEqual(['src/a/high <-> src/a/low'])
  })

  it('lets only the composition root open adapters', () => {
    const doors = modules
      .filter(
        ({ file, imports }) =>
          !file.startsWith('src/adapters/') &&
          imports.some(({ path }) => path.startsWith('src/adapters/')),
      )
      .map(({ file }) => file)
    expect(doors.toSorted()).toEqual(['src/cli/build-record-world.ts', 'src/cli/build-world.ts'])
  })

  it('keeps each folder free of barrels', () => {
    const barrels = sources().filter((file) =>
      /\/(index|utils|helpers|types|common)\.ts$/.test(file),
    )
    expect(barrels.map((file) => relative('src', file))).toEqual([])
    expect(readdirSync(join(ROOT, 'src'))).not.toContain('utils')
  })
})
