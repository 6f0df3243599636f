// Writes what is shipped: dist/main.js and the chunks that it loads when they are needed.
import { rmSync } from 'node:fs'
import { build } from 'esbuild'

/**
 * What oclif loads only to look for plugins, TypeScript and themes on the disk, and to ask whether
 * it runs under WSL. Our commands are a table (src/cli/load-config.ts), so that none of it is ever
 * called; loading it would take as long as Node itself. Each must throw when it is called after all.
 */
const NEVER_CALLED =
  /^(minimatch|tinyglobby|lilconfig|wsl-utils|\.\/plugin|\.\/plugin-loader|\.\/ts-path|\.\/handle)$/

/** oclif's own log for `DEBUG=*`: ours is `--debug`. */
const NO_LOG = 'const off = () => off; off.extend = () => off; module.exports = off'

const leaveOut = {
  name: 'leave-out',
  setup(bundle) {
    bundle.onResolve({ filter: NEVER_CALLED }, ({ path, importer }) =>
      importer.includes('/@oclif/core/') ? { path, namespace: 'left-out' } : undefined,
    )
    bundle.onResolve({ filter: /^debug$/ }, ({ path, importer }) =>
      importer.includes('/@oclif/core/') ? { path, namespace: 'no-log' } : undefined,
    )
    bundle.onLoad({ filter: /^debug$/, namespace: 'no-log' }, () => ({ contents: NO_LOG }))
    bundle.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents: `module.exports = new Proxy({}, {
        get(_, name) {
          if (name === '__esModule' || name === 'default') return undefined
          return () => { throw new Error('${path} is not part of the bundle') }
        },
      })`,
    }))
  },
}

rmSync('dist', { recursive: true, force: true })

await build({
  entryPoints: ['src/main.ts'],
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  minifySyntax: true,
  minifyWhitespace: true,
  // Names stay as they are: a stack in a report must say which function it was.
  minifyIdentifiers: false,
  legalComments: 'linked',
  // pg asks for its native twin only when told to; oclif for TypeScript, for plugins written in it.
  external: ['pg-native', 'typescript'],
  plugins: [leaveOut],
  // CommonJS has them, a bundle of modules does not; no library here reads files beside itself.
  define: { __dirname: '"/"', __filename: '"/"' },
  logLevel: 'warning',
})
