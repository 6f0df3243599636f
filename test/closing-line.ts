/** Closes a test run with one line that counts tests, for people and for whoever reads CI's output. */
import type { Reporter, TestModule } from 'vitest/node'

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) count[test.result().state]++
      // A file that cannot be loaded has no tests, and must not look like success.
      if (module.state() === 'failed' && [...module.children.allTests()].length === 0)
        count.failed++
    }
    // After vitest's own summary, which is printed by a reporter that runs before this one.
    process.stdout.write(
      `\n${count.passed} passed, ${count.failed + count.pending} failed, ${count.skipped} skipped\n`,
    )
  }
}
