import { describe, expect, test } from 'vitest'
import { mergeReport, type MergedReport } from '../../../src/postmortem/merge/merge-report.ts'
import { byGit } from '../../postmortem/merge/git-merge.ts'
import {
  playAll,
  problemsOf,
  thisVersion,
  type Merge,
  type Played,
} from '../../postmortem/merge/play.ts'

const played = (count: number, merge: Merge): Promise<Played> =>
  playAll(count, () => ({ merge, find: problemsOf, versionOf: thisVersion }))

const whole = (text: string): MergedReport => ({ text, conflicts: [], leftOut: [] })
const right: Merge = (texts) => mergeReport(texts, byGit)

/** Faults that a merge may have, and what the play must say of each. */
const FAULTS: Record<string, { merge: Merge; says: RegExp }> = {
  'takes what the record says': {
    merge: async ({ theirs }) => whole(theirs),
    says: /lost word/,
  },
  'takes what people wrote': { merge: async ({ yours }) => whole(yours), says: /lost fact/ },
  'drops one line of a person': {
    async merge(texts) {
      const merged = await right(texts)
      const own = merged.text.split('\n').find((line) => /s\d+r\d+w/.test(line)) ?? ''
      return { ...merged, text: merged.text.replace(`${own}\n`, '') }
    },
    says: /lost (word|line)/,
  },
  'brings back what was deleted': {
    async merge(texts) {
      const merged = await right(texts)
      const lines = (text: string): string[] => text.split('\n')
      const gone = lines(texts.base).filter((line) => !lines(texts.yours).includes(line))
      return { ...merged, text: `${merged.text}\n${gone.join('\n')}\n` }
    },
    says: /came back/,
  },
  'merges lines without looking at what they are': {
    async merge({ base, yours, theirs }) {
      const text = await byGit({ base, yours, theirs })
      const conflicts = [...text.matchAll(/^<{7}/gm)].map(() => 1)
      const named = text
        .replace(/^<{7}.*$/gm, '<<<<<<< yours')
        .replace(/^\|{7}.*$/gm, '||||||| the last render')
        .replace(/^>{7}.*$/gm, '>>>>>>> the record')
      return { text: named, conflicts, leftOut: [] }
    },
    says: /no conflict, only one side changed it/,
  },
}

describe('persons edit every section by chance, and the record grows', () => {
  test('200 times no word and no fact is lost, and only what both changed is a conflict', async () => {
    const { problems, conflicts, rounds } = await played(200, right)
    expect(problems.slice(0, 20)).toEqual([])
    // The play is hard enough to have some, and the merge good enough to have few.
    expect(rounds).toBeGreaterThan(300)
    expect(conflicts).toBeGreaterThan(0)
    expect(conflicts / rounds).toBeLessThan(0.5)
  }, 600_000)

  test.for(Object.keys(FAULTS))('a merge that %s is found out', async (name) => {
    const { merge, says } = FAULTS[name] as (typeof FAULTS)[string]
    const { problems } = await played(8, merge)
    expect(problems.join('\n')).toMatch(says)
  })
})
