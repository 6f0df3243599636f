import { describe, expect, test } from 'vitest'
import { withCommitsOf } from '../../../src/postmortem/merge/footnotes.ts'
import { conflictsIn } from '../../../src/postmortem/merge/markers.ts'
import { mergeReport } from '../../../src/postmortem/merge/merge-report.ts'
import { mergeWithoutBase } from '../../../src/postmortem/merge/merge-without-base.ts'
import { byGit } from './git-merge.ts'
import { cpuMs } from '../../cpu-time.ts'

const BASE = `---
hotwash: 1 # format
status: "declared"
resolved_at: null # not in the record
impact: null # who was hit
trigger: null # what set it off
rendered_by: "hotwash 0.1.0"
---

# Post-mortem: Login fails

> Written by hotwash 0.1.0 from the record (3 events, up to event 3).

## Summary

> **To write:** two or three sentences.
<!-- to-write: summary -->

| Fact | From the record |
| --- | --- |
| Status | declared |
| Severity | SEV2 |

## Impact

> **To write:** who was hit?
<!-- to-write: impact -->

## Action items

- [ ] find the cause
- [ ] tell the customers

## Timeline

| Time | What | Source |
| ---- | ---- | ------ |
| 2026-01-01 08:00 | declared | [^e1] |
| 2026-01-01 08:05 | note: one | [^e2] |
| 2026-01-01 08:10 | note: two | [^e3] |

## Supporting information

The log is in \`log/\`.

[^e1]: \`incident.declared\` (event 1), commit \`aaaaaaaaaaaa\`.
[^e2]: \`note.added\` (event 2), no commit yet.
[^e3]: \`note.added\` (event 3), no commit yet.
`

/** What the record makes of it when two notes were added and the incident is over. */
const LATER = BASE.replaceAll('declared"', 'resolved"')
  .replace('resolved_at: null # not in the record', 'resolved_at: "2026-01-01T09:00:00Z"')
  .replace('| Status | declared |', '| Status | resolved |')
  .replace('(3 events, up to event 3)', '(5 events, up to event 5)')
  .replace(
    '| [^e3] |\n',
    '| [^e3] |\n| 2026-01-01 08:20 | a much longer note: three | [^e4] |\n| 2026-01-01 09:00 | resolved | [^e5] |\n',
  )
  .replace(
    'no commit yet.\n[^e3]: `note.added` (event 3), no commit yet.\n',
    'commit `bbbbbbbbbbbb`.\n[^e3]: `note.added` (event 3), commit `cccccccccccc`.\n[^e4]: `note.added` (event 4), no commit yet.\n[^e5]: `incident.resolved` (event 5), no commit yet.\n',
  )

const render = (yours: string, theirs = LATER, base = BASE) =>
  mergeReport({ base, yours, theirs }, byGit)

const MARK = '> **To write:** two or three sentences.\n<!-- to-write: summary -->'
const rowsOf = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => /^\| (?:2026|[A-Z])/.test(line))
    .map((line) => line.replace(/ +/g, ' '))

describe('what only one side changed', () => {
  test('is merged: words, a ticked box, a heading, the head, rows next to each other', async () => {
    const yours = BASE.replace(
      'impact: null # who was hit',
      'impact:\n  numbers:\n    users: 40 # counted by hand',
    )
      .replace(MARK, 'People could not log in.')
      .replace(
        'note: two | [^e3] |',
        'note: two, said twice | [^e3] |\n| 2026-01-01 08:40 | the bank called | |',
      )
      .replace('## Impact', '## Who was hit')
      .replace('- [ ] find', '- [x] find')
    const { text, conflicts, leftOut } = await render(yours)
    expect([conflicts, leftOut]).toEqual([[], []])
    expect(text).toContain(
      'resolved_at: "2026-01-01T09:00:00Z"\nimpact:\n  numbers:\n    users: 40 # counted by hand\ntrigger: null',
    )
    expect(text).toContain('People could not log in.\n\n| Fact ')
    expect(text).toContain('## Who was hit\n\n> **To write:** who was hit?')
    expect(text).toContain('- [x] find the cause\n- [ ] tell the customers')
    expect(rowsOf(text)).toEqual([
      '| Fact | From the record |',
      '| Status | resolved |',
      '| Severity | SEV2 |',
      '| Time | What | Source |',
      '| 2026-01-01 08:00 | declared | [^e1] |',
      '| 2026-01-01 08:05 | note: one | [^e2] |',
      '| 2026-01-01 08:10 | note: two, said twice | [^e3] |',
      '| 2026-01-01 08:20 | a much longer note: three | [^e4] |',
      '| 2026-01-01 08:40 | the bank called | |',
      '| 2026-01-01 09:00 | resolved | [^e5] |',
    ])
  })

  test('a table that the record made wider has its columns under each other again', async () => {
    const { text } = await render(BASE.replace('note: one', 'note: one, by Jon'))
    const table = text.split('\n').filter((line) => /^\| (?:2026|-{16})/.test(line))
    expect(new Set(table.map((line) => line.length)).size).toBe(1)
  })

  test("a person's own table and padding elsewhere stay as they are", async () => {
    const own = '| a|b |\n|:-|-:|\n| long cell|c |\n'
    const { text } = await render(BASE.replace('## Impact\n', `## Impact\n\n${own}`))
    expect(text).toContain(own)
  })

  test('cells of one row that each side changed are one row', async () => {
    const theirs = LATER.replace('| declared | [^e1] |', '| declared | [^e1][^e2] |')
    const { text, conflicts } = await render(
      BASE.replace('| declared | [^e1]', '| declared by Maria | [^e1]'),
      theirs,
    )
    expect(conflicts).toEqual([])
    expect(rowsOf(text)).toContain('| 2026-01-01 08:00 | declared by Maria | [^e1][^e2] |')
  })

  test('words in the place of the last row stand behind the rows that the record adds', async () => {
    const yours = BASE.replace('| 2026-01-01 08:10 | note: two | [^e3] |', '\nIt was long.')
    const { text, conflicts } = await render(yours)
    expect(conflicts).toEqual([])
    expect(text).toMatch(
      /note: one [^\n]*\n\| 2026-01-01 08:20 [^]*resolved[^\n]*\n\nIt was long\.\n/,
    )
  })

  test('a row that both put in is there once', async () => {
    const row = '| 2026-01-01 08:20 | a much longer note: three | [^e4] |'
    const { text } = await render(BASE.replace('two | [^e3] |', `two | [^e3] |\n${row}`))
    expect(rowsOf(text).filter((one) => one === row)).toHaveLength(1)
  })

  test('a question that a person answered is not asked again in other words', async () => {
    const ask = (text: string) =>
      text.replace('two or three sentences.', 'who was hit, since 10:00?')
    const yours = BASE.replace(MARK, 'People could not log in.')
    const { text, conflicts } = await render(yours, ask(LATER))
    expect(conflicts).toEqual([])
    expect(text).toContain('\n\nPeople could not log in.\n\n| Fact ')
    expect(text).not.toContain('since 10:00')
    // One that still waits is asked in the new words.
    expect((await render(BASE, ask(LATER))).text).toContain('since 10:00')
  })

  test('where words were to be written, those of a person and what the head says now stand both', async () => {
    const theirs = LATER.replace(
      '> **To write:** who was hit?\n<!-- to-write: impact -->',
      '- users: 40',
    )
    const { text, conflicts } = await render(
      BASE.replace(
        '> **To write:** who was hit?\n<!-- to-write: impact -->',
        'Forty users were hit.',
      ),
      theirs,
    )
    expect(conflicts).toEqual([])
    expect(text).toContain('## Impact\n\nForty users were hit.\n\n- users: 40\n\n## Action items')
  })

  test('words in the place of a question stand behind what the record puts before it', async () => {
    const theirs = LATER.replace('## Impact\n', '## Impact\n\nSeen by: a customer.\n')
    const ask = '> **To write:** who was hit?\n<!-- to-write: impact -->'
    const { text, conflicts } = await render(BASE.replace(ask, 'Forty users were hit.'), theirs)
    expect(conflicts).toEqual([])
    expect(text).toContain(
      '## Impact\n\nSeen by: a customer.\n\nForty users were hit.\n\n## Action items',
    )
  })
})

describe('sections', () => {
  const timeline = /^## Timeline\n[^]*?(?=^## )/m

  test('one that a person moved stays there, and still gets new rows', async () => {
    const [moved = ''] = timeline.exec(BASE) ?? []
    const yours = BASE.replace(moved, '').replace('## Summary', `${moved}## Summary`)
    const { text, conflicts } = await render(yours)
    expect(conflicts).toEqual([])
    expect(text.indexOf('## Timeline')).toBeLessThan(text.indexOf('## Summary'))
    expect(rowsOf(timeline.exec(text)?.[0] ?? '')).toHaveLength(6)
  })

  test('one that a person deleted stays deleted, and its news are named; footnotes go with what cites them', async () => {
    const { text, leftOut } = await render(BASE.replace(timeline, ''))
    expect(text).not.toContain('## Timeline')
    expect(text).not.toContain('[^e4]')
    expect(leftOut).toEqual(['Timeline'])
  })

  test('a new one of the record stands behind what it follows there', async () => {
    const [moved = ''] = timeline.exec(BASE) ?? []
    const yours = BASE.replace(moved, '').replace(
      '## Summary',
      `${moved}## Our words\n\nMine.\n\n## Summary`,
    )
    const theirs = LATER.replace(
      '## Supporting information',
      '## Approvals\n\nOne.\n\n## Supporting information',
    )
    const { text } = await render(yours, theirs)
    expect(text.match(/^## .*$/gm)).toEqual([
      '## Timeline',
      '## Approvals',
      '## Our words',
      '## Summary',
      '## Impact',
      '## Action items',
      '## Supporting information',
    ])
    expect(text).toContain('\n\n## Approvals\n\nOne.\n\n## Our words')
  })

  test('one that the record dropped goes, unless a person wrote in it', async () => {
    const theirs = LATER.replace(/## Action items\n[^]*?(?=^## )/m, '')
    expect((await render(BASE, theirs)).text).not.toContain('Action items')
    const { text } = await render(
      BASE.replace('- [ ] tell', '- [ ] call the bank\n- [ ] tell'),
      theirs,
    )
    expect(text).toContain('## Action items\n\n- [ ] call the bank\n\n## Timeline')
  })

  test('one that the record dropped keeps the heading that a person gave it', async () => {
    const theirs = LATER.replace(/## Action items\n[^]*?(?=^## )/m, '')
    const { text } = await render(BASE.replace('## Action items', '## What we will do'), theirs)
    expect(text).toContain('## What we will do\n\n## Timeline')
  })

  test('two of one name are told apart by what they hold', async () => {
    const runs = (first: string, second: string): string =>
      `### Run: login\n\n${first}\n\n### Run: login\n\n${second}\n`
    const base = `# R\n\n${runs('step one failed here', 'step two went well')}`
    const theirs = `# R\n\n${runs('step one failed here\nand was rolled back', 'step two went well\nand holds')}`
    const yours = `# R\n\n### Run: login\n\nstep two went well\n`
    const { text, leftOut } = await render(yours, theirs, base)
    expect(text).toBe('# R\n\n### Run: login\n\nstep two went well\nand holds\n')
    expect(leftOut).toEqual(['Run: login'])
  })

  test('another template keeps what a person wrote, under the heading where they wrote it', async () => {
    const theirs = '---\nhotwash: 1 # format\n---\n\n# Brief: Login fails\n\nIt is over.\n'
    const { text, conflicts } = await render(BASE.replace(MARK, 'Nobody could log in.'), theirs)
    expect(conflicts).toEqual([])
    expect(text).toContain('It is over.')
    expect(text).toContain('## Summary\n\nNobody could log in.\n')
    expect(text).not.toContain('## Timeline')
  })
})

describe('a conflict', () => {
  test('is only where both changed the same, and is shown as git shows it', async () => {
    const yours = BASE.replace('| Status | declared |', '| Status | nearly over |')
    const { text, conflicts } = await render(yours)
    const shown = /^<<<<<<< yours\n[^]*>>>>>>> the record\n/m.exec(text)?.[0]
    expect(shown?.replace(/ +/g, ' ')).toBe(
      '<<<<<<< yours\n| Status | nearly over |\n||||||| the last render\n| Status | declared |\n=======\n| Status | resolved |\n>>>>>>> the record\n',
    )
    expect(conflicts).toEqual([text.split('\n').indexOf('<<<<<<< yours') + 1])
    expect(text).toContain('status: "resolved"')
  })

  test('is a row that one side deleted and the other changed', async () => {
    const { text, conflicts } = await render(BASE.replace('| Status | declared |\n', ''))
    expect(conflicts).toHaveLength(1)
    expect(text).toContain('<<<<<<< yours\n||||||| the last render\n')
  })

  test('is a table that a person replaced by words while the record went on with it', async () => {
    const table = /\| Time[^]*?\n(?=\n)/
    const { text, conflicts } = await render(BASE.replace(table, 'It was long.\n'))
    expect(conflicts).toHaveLength(1)
    expect(text).toMatch(/<<<<<<< yours\nIt was long\.\n\|{7}/)
    expect(text).toMatch(/\| resolved +\| \[\^e5\] +\|\n>>>>>>> the record/)
  })

  test('that evidence shows in a fence is none', () => {
    const shown = '```text\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n```\n'
    expect(conflictsIn(shown, [shown])).toEqual([])
    expect(conflictsIn(`x\n${shown}`)).toEqual([3])
    expect(conflictsIn('a <<<<<<< b\n<<<<<<<x\n')).toEqual([])
  })
})

describe('the bookkeeping of a render', () => {
  test('is no change by itself: version, number of events, commits', async () => {
    const theirs = BASE.replaceAll('hotwash 0.1.0', 'hotwash 0.2.0')
      .replace('(3 events, up to event 3)', '(4 events, up to event 9)')
      .replaceAll('no commit yet', 'commit `dddddddddddd`')
      .replace('commit `aaaaaaaaaaaa`', 'no commit yet')
    const yours = BASE.replace(MARK, 'Words.')
    expect((await render(yours, theirs)).text).toBe(yours)
  })

  test('comes along with a real change, but a commit that was named is not forgotten', async () => {
    const theirs = LATER.replace('commit `aaaaaaaaaaaa`', 'no commit yet')
    const { text } = await render(BASE.replace(MARK, 'Words.'), theirs)
    expect(text).toContain('(5 events, up to event 5)')
    expect(text).toContain('(event 1), commit `aaaaaaaaaaaa`.')
    expect(text).toContain('(event 2), commit `bbbbbbbbbbbb`.')
    expect(withCommitsOf(theirs, BASE)).toBe(LATER)
  })

  test('is that of a render: what a person writes alike is theirs', async () => {
    const base = BASE.replace(MARK, 'It was told (3 events) by hotwash 0.1.0, no commit yet.')
    const yours = base.replace('told (3 events)', 'told (4 events, up to event 4)')
    const theirs = LATER.replace(MARK, 'It was told (3 events) by hotwash 0.1.0, no commit yet.')
    expect((await render(yours, theirs, base)).text).toContain('told (4 events, up to event 4) by')
  })

  test('in a line that a person deleted does not bring it back', async () => {
    const { text, conflicts } = await render(BASE.replace(/^> Written by.*\n\n/m, ''))
    expect(conflicts).toEqual([])
    expect(text).not.toContain('Written by')
  })
})

describe('how a person writes stays', () => {
  test('Windows line ends, a byte order mark, no line end at the end', async () => {
    const yours = `\uFEFF${BASE.replace(MARK, 'Words.').trimEnd().replaceAll('\n', '\r\n')}`
    const { text, conflicts } = await render(yours)
    expect(conflicts).toEqual([])
    expect(text).toMatch(/^\uFEFF---\r\n/)
    expect(text.replaceAll('\r\n', '')).not.toContain('\n')
    expect(text).toMatch(/resolved +\| \[\^e5\]/)
    expect(text.endsWith('no commit yet.')).toBe(true)
    const again = await render(text, LATER, LATER)
    expect(again.text).toBe(text)
  })

  test('a head that a person deleted stays deleted', async () => {
    const { text, leftOut } = await render(BASE.replace(/^---[^]*?---\n\n/, ''))
    expect(text).toMatch(/^# Post-mortem/)
    expect(leftOut).toEqual(['the head'])
  })

  test('fields of the head may stand in another order', async () => {
    const yours = BASE.replace('status: "declared"\n', '').replace(
      'trigger:',
      'status: "declared"\ntrigger:',
    )
    const { text, conflicts } = await render(yours)
    expect(conflicts).toEqual([])
    expect(text).toContain('impact: null # who was hit\nstatus: "resolved"\ntrigger: null')
  })

  test('headings, rows and footnotes inside of a fence are text', async () => {
    const fenced = '```text\n# no heading\n| no | row   |\n[^e1]: no footnote\n```\n'
    const { text } = await render(BASE.replace('## Impact\n', `## Impact\n\n${fenced}`))
    expect(text).toContain(fenced)
  })
})

test('a text of which nobody knows the base: what differs is for a person to decide', () => {
  const { text, conflicts } = mergeWithoutBase(
    '# A\n\nmine\n\nsame\n',
    '# A\n\ntheirs\n\nsame\n\nnew\n',
  )
  expect(conflicts).toEqual([3])
  expect(text).toBe(
    '# A\n\n<<<<<<< yours\nmine\n||||||| the last render\n=======\ntheirs\n>>>>>>> the record\n\nsame\n\nnew\n',
  )
})

test.each([
  ['nothing', () => ''],
  ['the half of it', (whole: string) => whole.slice(0, whole.length / 2)],
])('a git that gives back %s costs nobody a line', async (_, cut) => {
  const yours = BASE.replace('find the cause', 'find the real cause').replace('note: two', 'my two')
  const short = async (texts: Parameters<typeof byGit>[0]) => cut(await byGit(texts))
  await expect(mergeReport({ base: BASE, yours, theirs: LATER }, short)).rejects.toThrow(
    /gave back less than it was given/,
  )
})

test('paragraphs of two hands are kept apart, also where no blank line was', async () => {
  const base = '# R\nOne.\n'
  const [yours, theirs] = ['Mine.', 'New.'].map((words) => base.replace('One.', `${words}\nOne.`))
  const merged = await mergeReport({ base, yours: yours ?? '', theirs: theirs ?? '' }, byGit)
  expect(merged.text).toBe('# R\nMine.\n\nNew.\nOne.\n')
})

test('a line that stood twice is gone when each side deleted another one of it', async () => {
  const base = '# R\n\n- none\n\nOne.\n\nTwo.\n\nThree.\n\n- none\n'
  const merged = await mergeReport(
    { base, yours: base.replace('- none\n\n', ''), theirs: base.replace(/\n- none\n$/, '') },
    byGit,
  )
  expect(merged.text).toBe('# R\n\nOne.\n\nTwo.\n\nThree.\n')
})

test('what the record adds stands at the level that it has there, beside what it moved to another one', async () => {
  const base = '# R\n\n### Run\n\n#### Checks\n\nOne.\n\n#### Waits\n\nTwo.\n'
  const theirs =
    '# R\n\n### Run\n\n##### Checks\n\nOne.\n\n##### Changes\n\nNew.\n\n##### Waits\n\nTwo.\n'
  const merged = await mergeReport({ base, yours: base.replace('One.', 'Own.'), theirs }, byGit)
  expect(merged.text).toBe(theirs.replace('One.', 'Own.'))
})

test.each([
  ['underlined', 'Two\n---\n\nNew.\n'],
  ['of the first level', '# Two\n\nNew.\n'],
])('a new heading %s stays whole beside one that a person moved up', async (_, added) => {
  const base = '## One\n\nOne.\n'
  const theirs = `${base}\n${added}`
  const merged = await mergeReport({ base, yours: base.replace('##', '#'), theirs }, byGit)
  expect(merged.text).toBe(theirs.replace('##', '#'))
})

test('thousands of sections that all have another name are matched in seconds', async () => {
  const text = (name: string): string =>
    `# R\n\n${Array.from({ length: 5000 }, (_, n) => `## ${name} ${n}\n\nWords ${n} of ${name}.\n`).join('\n')}`
  const began = cpuMs()
  await render(text('Mine'), text('New'), text('Old'))
  expect(cpuMs() - began).toBeLessThan(10_000)
})

test('ten thousand rows, of which a person changed some, are merged in seconds', async () => {
  const table = (rows: string[]): string =>
    `# R\n\n## Timeline\n\n| Time | What |\n| --- | --- |\n${rows.join('\n')}\n`
  const rows = Array.from({ length: 10_000 }, (_, n) => `| 2026-01-01 08:00:${n} | note ${n} |`)
  const yours = rows.map((row, n) => (n % 100 === 0 ? row.replace('note', 'my note') : row))
  const theirs = [...rows, '| 2026-01-02 | end |']
  const began = cpuMs()
  const { text, conflicts } = await render(table(yours), table(theirs), table(rows))
  expect(conflicts).toEqual([])
  expect(text).toContain('my note 9900')
  expect(text).toMatch(/\| 2026-01-02 +\| end/)
  expect(cpuMs() - began).toBeLessThan(10_000)
})
