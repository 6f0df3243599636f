/**
 * What a command's class says of itself, in the words of both `--help` and docs/commands.md:
 * `hotwash declare TITLE --severity SEV2 [FLAGS]`, a line for each argument and each flag.
 */
import type { Command } from '@oclif/core/command'

type Flags = Command.Class['flags']
type Flag = Flags[string]

/** What to type, and what it means. */
export type Row = { label: string; says: string }

export type CommandDescription = {
  usage: string[]
  description: string | undefined
  args: Row[]
  flags: Row[]
  examples: string[]
}

/** oclif's type has flags in any case; its class has none until one is declared. */
type Described = Pick<Command.Class, 'args' | 'usage' | 'description' | 'examples' | 'strict'> & {
  flags?: Flags
}

export function describeCommand(id: string, command: Described): CommandDescription {
  const last = Object.keys(command.args).at(-1)
  const args = Object.entries(command.args).map(([name, { required, description = '' }]) => {
    const label = `${name.toUpperCase()}${!command.strict && name === last ? ' ...' : ''}`
    return { label, says: description, typed: required === true ? label : `[${label}]` }
  })
  const usual = [
    id.replaceAll(':', ' '),
    ...args.map(({ typed }) => typed),
    ...typedFlags(command.flags),
  ]
  return {
    usage: [command.usage ?? usual.join(' ')].flat().map((one) => `hotwash ${one}`),
    description: command.description,
    args,
    flags: flagRows(command.flags),
    examples: command.examples.map((one) =>
      (typeof one === 'string' ? one : one.command).replaceAll('<%= config.bin %>', 'hotwash'),
    ),
  }
}

export const flagRows = (flags: Flags = {}): Row[] =>
  Object.entries(flags)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, flag]) => ({
      label: `${flag.char === undefined ? '' : `-${flag.char}, `}${longForm(name, flag)}${'multiple' in flag && flag.multiple ? ' ...' : ''}`,
      says: `${flag.description ?? ''}${remark(flag)}`,
    }))

const remark = ({ required, default: usual }: Flag): string => {
  if (required === true) return ' (required)'
  return typeof usual === 'string' || typeof usual === 'number' ? ` (${usual} unless given)` : ''
}

/** A choice is its own best name. */
function longForm(name: string, flag: Flag): string {
  if (flag.type === 'boolean') return `--${name}`
  return `--${name} ${[flag.options?.join('|') ?? flag.helpValue ?? name.toUpperCase()].flat()[0]}`
}

function typedFlags(flags: Flags = {}): string[] {
  const all = Object.entries(flags)
  const needed = all.filter(([, { required }]) => required === true)
  const others = all.length > needed.length ? ['[FLAGS]'] : []
  return [...needed.map(([name, flag]) => longForm(name, flag)), ...others]
}
