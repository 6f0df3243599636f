import { describe, expect, test } from 'vitest'
import { HotwashError } from '../../../src/errors.ts'
import { DEFAULTS } from '../../../src/usecases/config.ts'
import { parseConfig } from '../../../src/usecases/config-schema.ts'

const review = (text: string) => parseConfig(`review: ${text}\n`, 'hotwash.yaml').review

describe('review in hotwash.yaml', () => {
  test('may be left out, in part or as a whole', () => {
    expect(parseConfig('push: false\n', 'hotwash.yaml').review).toEqual(DEFAULTS.review)
    expect(review('{approvals: 2}')).toEqual({ ...DEFAULTS.review, approvals: 2 })
    expect(review('{require: [approvals, head]}')).toEqual({
      approvals: 1,
      require: ['approvals', 'head'],
    })
  })

  test.each([
    ['{approvals: -1}', '1:21', /at least 0/],
    ['{approvals: 1.5}', '1:21', /whole number|1\.5/],
    ['{approvals: two}', '1:21', /"two"/],
    ['{approvals: 21}', '1:21', /at most 20/],
    ['{require: [spelling]}', '1:20', /"spelling" is not accepted here; accepted: head, to_write/],
    ['{reviewers: 2}', '1:10', /unknown key "reviewers"/],
  ])('%s is refused at its place', (text, place, says) => {
    let error: unknown
    try {
      review(text)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(HotwashError)
    const { code, issues } = error as HotwashError
    expect(code).toBe('INVALID_CONFIG')
    expect(issues.map(({ place: { line, column } }) => `${line}:${column}`)).toEqual([place])
    expect(issues[0]?.message).toMatch(says)
  })
})
