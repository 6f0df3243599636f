/** incidents/ holds a record of a real run; it must verify as it lies there, and not when touched. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { freshPlace, hotwash, json, ROOT, type Place } from '../hotwash.ts'

const files = readdirSync(join(ROOT, 'incidents'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
const record = relative(
  ROOT,
  join(ROOT, files.find((file) => file.endsWith('.jsonl')) ?? '', '..', '..'),
)

function copy(): Place {
  const place = freshPlace({ git: false })
  cpSync(join(ROOT, 'incidents'), join(place.dir, 'incidents'), { recursive: true })
  return place
}

describe('the sample record', () => {
  it('verifies, and says what it is anchored to', () => {
    const ended = hotwash(copy(), ['audit', 'verify', record, '--json'])
    expect([ended.code, json(ended)]).toEqual([
      0,
      expect.objectContaining({ verified: true, problems: [] }),
    ])
  })

  it.each(files.filter((file) => /\/(log|evidence|runbooks)\//.test(file)))(
    'does not verify when %s is touched',
    (file) => {
      const place = copy()
      const bytes = readFileSync(join(place.dir, file))
      bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1)
      writeFileSync(join(place.dir, file), bytes)
      expect(hotwash(place, ['audit', 'verify', record]).code).toBe(6)
    },
  )

  it('tells of a wrong fix that was taken back, in a post-mortem that still says what the log says', () => {
    const report = readFileSync(join(ROOT, record, 'postmortem.md'), 'utf8')
    expect(report).toMatch(/rolled back/i)
    expect(report).toContain('0 of 16')
    const events = files
      .filter((file) => file.endsWith('.jsonl'))
      .flatMap((file) => readFileSync(join(ROOT, file), 'utf8').trimEnd().split('\n'))
      .map((line) => JSON.parse(line) as { type: string; data: { status?: string } })
    expect(events.find(({ type }) => type === 'run.finished')?.data.status).toBe('rolled_back')
  })

  it.each([
    ['still says what the log says', ['postmortem', 'render', '--check']],
    ['has nothing that lint finds', ['postmortem', 'lint', '--strict']],
    ['holds nothing internal in what is published', ['postmortem', 'publish', '--check']],
  ])('has a report that %s', (_, words) => {
    const ended = hotwash(copy(), words)
    expect([ended.code, ended.stderr]).toEqual([0, ''])
  })

  it('was reviewed by somebody else, closed and published', () => {
    const { review } = json<{ review: { status: string } }>(
      hotwash(copy(), ['postmortem', 'review', '--json']),
    )
    expect(review.status).toBe('closed')
    expect(files.filter((file) => file.includes('/public/'))).toHaveLength(2)
  })

  it('names no real host, person or folder of a machine', () => {
    const text = files.map((file) => readFileSync(join(ROOT, file), 'utf8')).join('\n')
    const hosts = [...text.matchAll(/"host":"([^"]*)"/g)].map(([, host]) => host)
    expect(new Set(hosts)).toEqual(new Set(['laptop.example.test']))
    const addresses = [...text.matchAll(/[\w.+-]+@[\w-]+\.[\w.-]+/g)].map(([address]) => address)
    expect(
      addresses.filter(
        (address) => !address.includes('example.test') && !address.startsWith('engineer@laptop'),
      ),
    ).toEqual([])
    expect(text).not.toMatch(/\/(home|root|Users|work)\//)
  })
})
