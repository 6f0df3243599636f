/** Which program a command names, whether it can be started, and in words why not. */
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import type { Command } from '../ports/process.ts'

/** Linux takes 128 KiB for one argument, whatever the room for all of them (execve(2)). */
const LINUX_ARGUMENT_BYTES = 128 * 1024

export function checkArguments({ argv, env, cwd }: Command): string | undefined {
  if (argv[0] === '') return 'the program name is empty'
  const bad = argv.findIndex((argument) => argument.includes('\0'))
  if (bad >= 0) return `argument ${bad} of the command holds a NUL character, which no argument can`
  for (const [name, value] of Object.entries(env)) {
    if (name === '' || name.includes('=') || name.includes('\0')) {
      return `"${name.replaceAll('\0', '\\0')}" is not a name that an environment variable can have`
    }
    if (value.includes('\0')) {
      return `the environment variable ${name} holds a NUL character, which none can`
    }
  }
  return cwd.includes('\0') ? 'the folder to run in holds a NUL character' : undefined
}

/** As in a shell: a name with a slash is relative to the folder the command runs in. */
export const resolveProgram = ({ argv: [program], cwd }: Command): string =>
  program.includes('/') ? resolve(cwd, program) : program

export function findProgram(program: string, path: string | undefined): string | undefined {
  if (program === '') return undefined
  if (program.includes('/')) return isProgram(program) ? resolve(program) : undefined
  return (path ?? '')
    .split(delimiter)
    .map((folder) => join(folder === '' ? '.' : folder, program))
    .find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

export async function explainSpawnError(error: unknown, command: Command): Promise<string> {
  const { code = '', originalMessage } = error as { code?: string; originalMessage?: string }
  const program = command.argv[0]
  switch (code) {
    case 'ENOENT':
      return missing(command)
    case 'ENOTDIR':
    case 'EACCES':
      return folderProblem(command.cwd) ?? `${program} may not be executed (mode or owner)`
    case 'E2BIG':
      return tooLong(command)
    case 'ENOEXEC':
      return `${program} is not a program: a script starts with a line such as #!/bin/sh`
    case 'EMFILE':
    case 'ENFILE':
    case 'EAGAIN':
    case 'ENOMEM':
      return `${program} could not be started: this machine is out of processes, files or memory (${code})`
    default:
      return `${program} could not be started: ${originalMessage ?? code}`
  }
}

function missing(command: Command): string {
  const folder = folderProblem(command.cwd)
  if (folder !== undefined) return folder
  const program = command.argv[0]
  if (!program.includes('/')) {
    return `${program} was not found on PATH; install it, or name it by its path`
  }
  return isProgram(resolveProgram(command))
    ? `${program} names an interpreter in its first line that does not exist here`
    : `${program} does not exist in ${command.cwd}`
}

function folderProblem(cwd: string): string | undefined {
  const stats = statSync(cwd, { throwIfNoEntry: false })
  if (stats === undefined) return `the folder to run in does not exist: ${cwd}`
  return stats.isDirectory() ? undefined : `the folder to run in is not a folder: ${cwd}`
}

function tooLong({ argv, env }: Command): string {
  const longest = Math.max(...argv.map((argument) => Buffer.byteLength(argument)))
  const all = [...argv, ...Object.entries(env).flat()].reduce(
    (sum, text) => sum + Buffer.byteLength(text) + 1,
    0,
  )
  const limit = longest >= LINUX_ARGUMENT_BYTES ? `one argument has ${longest} bytes; ` : ''
  return `the command line is too long for this system (${limit}${all} bytes with the environment): hand long values over in stdin or in a file`
}
