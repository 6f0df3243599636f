// Writes what is shipped: dist/main.js and the chunks that it loads when they are needed.
import { rmSync } from 'node:fs'
import { build } from 'esbuild'

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
  keepNames: false,
  legalComments: 'linked',
  // pg asks for its native twin only when told to; typescript is oclif's, for plugins in TypeScript.
  external: ['pg-native', 'typescript'],
  // CommonJS libraries inside the bundle call these.
  banner: {
    js: [
      "import{createRequire as __createRequire}from'node:module';",
      'const require=__createRequire(import.meta.url),__filename=import.meta.filename,__dirname=import.meta.dirname;',
    ].join(''),
  },
  logLevel: 'warning',
})
