import { describe, expect, it } from 'vitest'
import { readReport, type ReadReport } from '../../src/import/read-report.ts'

const read = (text: string): ReadReport => readReport({ text, file: 'report.md' })

const rowsOf = ({ rows }: ReadReport): (string | number)[][] =>
  rows.map(({ at, line, actor, text }) => [
    line,
    new Date(at).toISOString().slice(0, 16),
    ...(actor === undefined ? [] : [actor]),
    text,
  ])

describe('tables in HTML, as a wiki exports them', () => {
  const report = read(`<h1>INC-1 Checkout &amp; cart return 502</h1>

<table><tbody><tr><th>Severity</th><td>SEV-2</td></tr><tr><th>Incident start</th><td>2026-03-02 14:05 UTC</td></tr></tbody></table>

# Timeline

<table data-layout="default"><colgroup><col style="width: 120px;" /></colgroup><tbody>
<tr><th><p><strong>Time (UTC)</strong></p></th><th><p>What happened</p></th><th><p>Who</p></th></tr>
<tr><td><p>14:05</p></td><td><p>Deploy of <code>checkout</code> &lt;4.1&gt;</p></td><td>Mara Example</td></tr>
<tr><td rowspan="2"><p>14:40</p></td><td><ul><li><p>Rolled back.</p></li><li>Told support.</li></ul></td><td>Mara Example</td></tr>
<tr><td>Cache was cold.</td><td>Jon Sample</td></tr>
<tr><td>15:31</td><td colspan="2">All clear</td></tr>
</tbody></table>
`)

  it('have their rows placed, merged cells too', () => {
    expect(rowsOf(report)).toEqual([
      [9, '2026-03-02T14:05', 'Mara Example', 'Deploy of checkout <4.1>'],
      [10, '2026-03-02T14:40', 'Mara Example', 'Rolled back. Told support.'],
      [11, '2026-03-02T14:40', 'Jon Sample', 'Cache was cold.'],
      [12, '2026-03-02T15:31', 'All clear'],
    ])
    expect(report.unplaced).toEqual([])
  })

  it('give title and fields', () => {
    expect(report).toMatchObject({ title: 'INC-1 Checkout & cart return 502', severity: 'SEV-2' })
    expect(report.moments.impact_start?.at).toBe(Date.parse('2026-03-02T14:05Z'))
  })

  it('that are broken or hostile end, with what they hold', () => {
    const broken = read(
      '# A\n\nDate: 2026-03-02\n\n## Timeline (UTC)\n\n<table><tr><td>14:05<td>a<tr><td>14:06<td colspan="9999999">b',
    )
    expect(rowsOf(broken).map(([line, at]) => [line, at])).toEqual([
      [7, '2026-03-02T14:05'],
      [7, '2026-03-02T14:06'],
    ])
    const before = process.cpuUsage().user
    read(`## Timeline\n\n${'<table><tr><td rowspan="50">'.repeat(20_000)}${'<td '.repeat(50_000)}`)
    expect((process.cpuUsage().user - before) / 1000).toBeLessThan(4000)
  })
})

describe('paragraphs of a word processor', () => {
  it('below a label in bold are rows each, with its odd spaces and hyphens', () => {
    const report = read(
      '**Post\u2011mortem: \u201cSearch is slow\u201d**\u00a0\n\nDate:\u00a02026\u201103\u201102\n\n**Timeline\u00a0(all times in\u00a0UTC)**\n\n14:05\u00a0\u2013\u00a0Latency rises\n\n14:30\u202fUTC \u2013 rebuilt\n\n3:05\u202fPM\u00a0\u2013 fine again\n\n**Root cause**\n\nA job at 14:00 had no limit.\n',
    )
    expect(rowsOf(report)).toEqual([
      [7, '2026-03-02T14:05', 'Latency rises'],
      [9, '2026-03-02T14:30', 'rebuilt'],
      [11, '2026-03-02T15:05', 'fine again'],
    ])
    expect(report.title).toBe('Post\u2011mortem: \u201cSearch is slow\u201d')
  })
})

describe('marks of other tools', () => {
  it('Jira: headings, tables, numbered promises', () => {
    const report = read(
      'h1. OPS-77 Payments down\n\n||Time||Event||\n|2026-03-02 14:05 UTC|Payments down|\n|2026-03-02 14:44 UTC|Up again|\n\nh2. Root cause\n\n{noformat}\n# no heading\n{noformat}\n\nh2. Action items\n# Buy a disk (OPS-78)\n## of 2 TB\n# Alert on it\n',
    )
    expect(rowsOf(report)).toEqual([
      [4, '2026-03-02T14:05', 'Payments down'],
      [5, '2026-03-02T14:44', 'Up again'],
    ])
    expect(report.title).toBe('OPS-77 Payments down')
    expect(report.people.actions?.map(({ title, tracker }) => [title, tracker])).toEqual([
      ['Buy a disk (OPS-78)', 'OPS-78'],
      ['Alert on it', undefined],
    ])
  })

  it('Org mode: headings with their time, code', () => {
    const report = readReport({
      text: '#+TITLE: Wiki is down\n#+DATE: <2026-03-02 Mon>\n\n* Timeline\n** <2026-03-02 Mon 14:05> down\n   - State "DONE" [2026-03-02 Mon 15:00]\n** [2026-03-02 Mon 14:30] up\n* Action items\n#+BEGIN_SRC sh\n* no heading\n#+END_SRC\n',
      file: 'wiki.md',
      zone: 'UTC',
    })
    expect(report).toMatchObject({ title: 'Wiki is down', day: '2026-03-02' })
    expect(rowsOf(report).map(([line, at]) => [line, at])).toEqual([
      [5, '2026-03-02T14:05'],
      [7, '2026-03-02T14:30'],
    ])
    expect(report.document.sections.map(({ title }) => title)).not.toContain('no heading')
  })

  it('a chat with names on lines of their own', () => {
    const report = read(
      '# A\n\n2026-03-02\n\n## Timeline (UTC)\n\n![avatar](https://a.test/T1)\nMara Example\n  2:05 PM\nis down (edited)\n\n  3 replies\n\nJon Sample  [2:31 PM]\nrolled back\n',
    )
    expect(rowsOf(report)).toEqual([
      [9, '2026-03-02T14:05', 'Mara Example', 'is down (edited)'],
      [14, '2026-03-02T14:31', 'Jon Sample', 'rolled back'],
    ])
  })
})

describe('times in other languages', () => {
  it('German', () => {
    const report = read(
      '# Störung\n\n**Datum:** 2. März 2026\n\n## Zeitlicher Ablauf (MEZ)\n\n| Uhrzeit | Ereignis |\n|---|---|\n| 14:05 Uhr | beginnt |\n| 14.20 Uhr | alarmiert |\n| gegen 14:30 Uhr | gefunden |\n| 15 Uhr | Entwarnung |\n',
    )
    expect(
      report.rows.map(({ at, text, precision }) => [
        new Date(at).toISOString().slice(5, 16),
        text,
        precision,
      ]),
    ).toEqual([
      ['03-02T13:05', 'beginnt', 'minute'],
      ['03-02T13:20', 'alarmiert', 'minute'],
      ['03-02T13:30', 'gefunden', 'about'],
      ['03-02T14:00', 'Entwarnung', 'about'],
    ])
  })

  it('French', () => {
    const report = read(
      '# Panne\n\nDate : 2 mars 2026\n\n## Chronologie (heure de Paris)\n\n- 14h05 : début\n- 14 h 40 : retour arrière, en 1h30\n- vers 15h : normal\n',
    )
    expect(rowsOf(report)).toEqual([
      [7, '2026-03-02T13:05', 'début'],
      [8, '2026-03-02T13:40', 'retour arrière, en 1h30'],
      [9, '2026-03-02T14:00', 'normal'],
    ])
  })

  it('Japanese', () => {
    const report = read(
      '# 障害報告\n\n日付：2026年3月2日\n\n## タイムライン（日本時間）\n\n- 14:05 発生\n- 14時20分 調査\n- 午後2時40分 2時間後に戻し\n',
    )
    expect(rowsOf(report).map(([line, at]) => [line, at])).toEqual([
      [7, '2026-03-02T05:05'],
      [8, '2026-03-02T05:20'],
      [9, '2026-03-02T05:40'],
    ])
  })

  it.each([
    ['Japan time', '2026-03-02T05:05'],
    ['Berlin time', '2026-03-02T13:05'],
    ['New York time', '2026-03-02T19:05'],
    ['UK time', '2026-03-02T14:05'],
  ])('a zone by its place: %s', (zone, at) => {
    const report = read(
      `# A\n\nDate: 2026-03-02\n\n## Timeline (${zone})\n\n- 14:05 a\n- 14:06 b\n`,
    )
    expect(rowsOf(report)[0]?.[1]).toBe(at)
  })

  it('words before "time" that are no place are no zone', () => {
    const report = read('# A\n\nDate: 2026-03-02\n\n## Timeline (Response time)\n\n- 14:05 a\n')
    expect(report.rows.map(({ zone }) => zone)).toEqual([undefined])
  })
})
