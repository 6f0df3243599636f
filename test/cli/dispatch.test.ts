import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dispatch } from '../../src/cli/dispatch.ts'

const IDS = ['run', 'list', 'exec', 'audit:verify', 'audit:log']
const of = (...argv: string[]) => dispatch(argv, IDS)

describe('dispatch', () => {
  it('runs a command with what follows its name', () => {
    expect(of('run', 'x', '--yes')).toEqual({ is: 'run', id: 'run', argv: ['x', '--yes'] })
    expect(of('audit', 'verify', 'HEAD')).toEqual({
      is: 'run',
      id: 'audit:verify',
      argv: ['HEAD'],
    })
  })

  it('moves global flags from before the name to behind it, in their order', () => {
    expect(of('-C', 'a', '-C', 'b', '--json', 'list')).toEqual({
      is: 'run',
      id: 'list',
      argv: ['-C', 'a', '-C', 'b', '--json'],
    })
    expect(of('-Ca', '--folder=b', 'list')).toEqual({
      is: 'run',
      id: 'list',
      argv: ['-Ca', '--folder=b'],
    })
  })

  it.each([
    [[], undefined],
    [['--help'], undefined],
    [['help'], undefined],
    [['help', 'run'], 'run'],
    [['run', '--help'], 'run'],
    [['run', 'x', '-h'], 'run'],
    [['audit', 'log', '--help'], 'audit:log'],
    [['help', 'audit', 'log'], 'audit:log'],
  ])('explains %j', (argv, id) => {
    expect(of(...argv)).toEqual({ is: 'help', id })
  })

  it('leaves everything behind -- to the command', () => {
    expect(of('exec', '--', 'ls', '--help')).toEqual({
      is: 'run',
      id: 'exec',
      argv: ['--', 'ls', '--help'],
    })
  })

  it.each([
    [['lst'], 'lst', 'command'],
    [['audit', 'nope'], 'audit nope', 'command'],
    [['--nope', 'run'], '--nope', 'flag'],
    [['help', 'nope'], 'nope', 'command'],
  ])('does not guess at %j', (argv, word, what) => {
    expect(of(...argv)).toEqual({ is: 'unknown', word, what })
  })

  it.each([[['-C', 'list']], [['-C']], [['-Cdir']], [['--json', '--folder=dir']]])(
    'lacks a command behind %j',
    (argv) => {
      expect(of(...argv)).toEqual({ is: 'unfinished' })
    },
  )

  it('names a group that lacks its second word', () => {
    expect(of('audit')).toEqual({ is: 'topic', topic: 'audit', help: false })
    expect(of('audit', '--help')).toEqual({ is: 'topic', topic: 'audit', help: true })
  })

  it('never runs what is not in the table, whatever is typed', () => {
    expect.hasAssertions()
    const word = fc.oneof(fc.constantFrom(...IDS, 'audit', '-C', '--json', '--', '-h'), fc.string())
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (argv) => {
        const what = dispatch(argv, IDS)
        expect(what.is !== 'run' || IDS.includes(what.id)).toBe(true)
      }),
    )
  })
})
