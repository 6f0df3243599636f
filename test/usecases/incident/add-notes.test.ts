/** Many notes at once: all or none, and none twice. */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { HotwashError } from '../../../src/errors.ts'
import type { Journal } from '../../../src/ports/journal.ts'
import { addNotes, type NotesRequest } from '../../../src/usecases/incident/add-notes.ts'
import { notesLines, notUnderstood } from '../../../src/usecases/incident/notes-lines.ts'
import { incidentOnDisk, isolateGit, type OnDisk } from '../../postmortem/incident-on-disk.ts'

const NOW = Date.parse('2026-11-22T14:30:00.000Z')
const TEXT = '14:05 maria: pool is full\n14:06:10 restarted\n~14:09 logins work\n'

beforeAll(isolateGit)
let one: OnDisk
beforeEach(async () => {
  one = await incidentOnDisk(
    [{ type: 'incident.declared', data: { title: 'Login fails', severity: 'SEV2' } }],
    { repository: false },
  )
})
afterEach(() => one.remove())

/** As another command sees it. */
const journal = () => one.world.store.open(one.journal.incident)

const add = (given: Partial<NotesRequest> = {}, store = one.world.store) =>
  addNotes(
    { ...one.world, store, clock: { ...one.world.clock, now: () => NOW } },
    {
      incident: undefined,
      text: TEXT,
      note: undefined,
      day: '2026-11-21',
      zone: undefined,
      source: undefined,
      dryRun: false,
      skip: false,
      ...given,
    },
  )
const notes = () =>
  journal()
    .events()
    .flatMap(({ type, data }) => (type === 'note.added' ? [data] : []))

describe('rows of a text', () => {
  test('become notes, with who, how well the time is known, and where from', async () => {
    expect(await add({ source: 'chat' })).toMatchObject({ noted: 3, not: [] })
    expect(notes()).toEqual([
      {
        text: 'pool is full',
        effective_at: '2026-11-21T14:05:00.000Z',
        precision: 'minute',
        by: 'maria',
        source: 'chat',
      },
      { text: 'restarted', effective_at: '2026-11-21T14:06:10.000Z', source: 'chat' },
      {
        text: 'logins work',
        effective_at: '2026-11-21T14:09:00.000Z',
        precision: 'about',
        source: 'chat',
      },
    ])
  })

  test('are noted once, however often they are given', async () => {
    await add({ text: '14:06:10 restarted' })
    const again = await add({ text: `${TEXT}14:06:10 restarted\n` })
    expect(again.rows.map(({ already }) => already)).toEqual([false, true, false, true])
    expect(again.noted).toBe(2)
    expect(await add()).toMatchObject({ noted: 0 })
    expect(notes()).toHaveLength(3)
    expect(notesLines(again).join('\n')).toMatch(
      /restarted {2}\(noted already\)[\s\S]*\n2 rows noted$/,
    )
  })

  test('that stand there twice are one', async () => {
    expect(await add({ text: '14:06 restarted\n14:06 restarted\n' })).toMatchObject({ noted: 1 })
    expect(notes()).toHaveLength(1)
  })

  test('are only shown in a dry run', async () => {
    const shown = await add({ dryRun: true })
    expect(shown).toMatchObject({ noted: 0, rows: [{ line: 1 }, { line: 2 }, { line: 3 }] })
    expect(notesLines(shown).at(-1)).toBe('nothing was noted: --plan')
    expect(notUnderstood(shown, false)).toBeUndefined()
    expect(notes()).toEqual([])
  })

  test('are noted without the reactions of a chat, which are shown', async () => {
    const shown = await add({ text: `${TEXT}:+1: 3\n`, dryRun: true })
    expect(notesLines(shown).slice(-3)).toEqual([
      'left out, as reactions and labels of a chat:',
      '  line 4    :+1: 3',
      'nothing was noted: --plan',
    ])
    await add({ text: `${TEXT}:+1: 3\n` })
    expect(notes()).toHaveLength(3)
    expect(JSON.stringify(notes())).not.toContain('+1')
  })

  test('are not noted beside lines that are not understood, unless those are left out', async () => {
    const text = `${TEXT}\nsome words of nobody\n`
    const held = await add({ text })
    expect(held).toMatchObject({ noted: 0, not: [{ line: 5, text: 'some words of nobody' }] })
    expect(notUnderstood(held, false)?.message).toMatch(/^nothing was noted: 1 line of it was not/)
    expect(notes()).toEqual([])
    const left = await add({ text, skip: true })
    expect(left).toMatchObject({ noted: 3, not: [{ line: 5 }] })
    expect(notUnderstood(left, true)).toBeUndefined()
  })

  test('are noted all or none', async () => {
    const breaking = (journal: Journal): Journal => ({
      ...journal,
      appendAll: () => {
        throw new HotwashError('JOURNAL', 'the disk is full')
      },
    })
    const store = { ...one.world.store, open: (id: string) => breaking(one.world.store.open(id)) }
    await expect(add({}, store)).rejects.toMatchObject({ code: 'JOURNAL' })
    expect(notes()).toEqual([])
    expect(await add()).toMatchObject({ noted: 3 })
  })

  test.each<[string, Partial<NotesRequest>, RegExp]>([
    ['a zone that is none', { zone: 'Mars/Crater' }, /--zone Mars\/Crater: not one time zone/],
    ['a zone of several places', { zone: 'CST' }, /--zone CST: not one time zone/],
    ['an empty zone', { zone: '' }, /not one time zone/],
    ['a day that is none', { day: '2026-02-30' }, /--day 2026-02-30: not a day/],
    ['a day with a time', { day: '2026-02-20T10:00' }, /not a day/],
    ['a note besides', { note: 'x' }, /either one note or --from/],
    ['too many rows', { text: '14:05 a\n'.repeat(5_001) }, /5001 rows are more than 5000/],
    [
      'a row that is too long',
      { text: `14:05 ${'ab '.repeat(7_000)}` },
      /line 1 has \d+ characters/,
    ],
  ])('are refused with %s', async (_, given, says) => {
    await expect(add(given)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(says),
    })
    expect(notes()).toEqual([])
  })

  test('nothing at all is said to be nothing', async () => {
    expect(notUnderstood(await add({ text: '\n' }), false)?.message).toBe('no row was found')
  })
})
