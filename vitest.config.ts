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
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Of what is waited for: how long it takes is never what a test is about.
    expect: { poll: { timeout: 90_000, interval: 20 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', ...REAL],
        },
      },
      {
        extends: true,
        test: {
          name: 'real',
          include: REAL,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
        },
      },
    ],
  },
})
