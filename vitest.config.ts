import { defineConfig } from 'vitest/config'

/** Rooms whose tests work on real repositories, databases, servers and processes. */
const REAL = ['adapters', 'record', 'steps', 'usecases'].map((room) => `test/${room}/**/*.test.ts`)

export default defineConfig({
  test: {
    // @oclif/core writes to the real streams.
    disableConsoleIntercept: true,
    reporters: ['default', './test/closing-line.ts'],
    // Tests wait for children, disks and servers more than they compute: no core is left free.
    maxWorkers: '100%',
    globalSetup: './test/temporary-folder.ts',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', ...REAL],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'real',
          include: REAL,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
