import { expect, test } from 'vitest'
import { mergeReport } from '../../../src/postmortem/merge/merge-report.ts'
import { byGit } from '../../postmortem/merge/git-merge.ts'
import { lossesOf, playAll, thisVersion } from '../../postmortem/merge/play.ts'
import { reworded } from '../../postmortem/merge/reworded-templates.ts'

test('a later version with other templates costs nobody a word or a line', async () => {
  const { problems, conflicts, rounds } = await playAll(25, (seed) => ({
    merge: (texts) => mergeReport(texts, byGit),
    find: lossesOf,
    versionOf(template, round) {
      const { templates } = thisVersion(template)
      return { tool: `hotwash 0.${round + 2}.0`, templates: reworded(templates, seed * 7 + round) }
    },
  }))
  expect(problems).toEqual([])
  expect(rounds).toBeGreaterThan(25)
  // Both rewrote the same lines now and then.
  expect(conflicts).toBeGreaterThan(0)
})
