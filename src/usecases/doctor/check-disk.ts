import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs'
import { uptime } from 'node:os'
import { dirname, join } from 'node:path'
import { durationInWords, momentInWords } from '../../incident/duration.ts'
import { bytesInWords } from '../../incident/size.ts'
import type { RecordWorld } from '../record-world.ts'
import { failed, fine, warned, type DoctorCheck } from './check.ts'

const LITTLE_BYTES = 1e9
const TOO_LITTLE_BYTES = 1e8
/** The fields of time that a file system keeps are at worst this coarse. */
const COARSE_MS = 2_500
const FIRST_YEAR = 2025

/** The journal's folder and the state folder: written to, synced, and looked at for space. */
export function checkDisk(world: RecordWorld, stateFolder: string): DoctorCheck[] {
  const journal = world.repository?.commonDir ?? world.root
  const folders = [
    { name: 'journal folder', folder: journal },
    { name: 'state folder', folder: stateFolder },
  ]
  return [...folders.flatMap((where) => checkFolder(world, where)), checkClock(world)]
}

function checkFolder(world: RecordWorld, where: { name: string; folder: string }): DoctorCheck[] {
  const { name, folder } = where
  const needed = 'a folder that can be written and synced'
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const writtenMs = tryToWrite(world, folder)
    return [
      fine({ name, found: folder, needed }),
      ...checkSpace(where),
      ...checkFileTime(world, { ...where, writtenMs }),
    ]
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error)
    return [
      failed(
        { name, found: `${folder}: ${why}`, needed },
        `see to its rights and space: ls -ld ${dirname(folder)}; df ${folder}`,
      ),
    ]
  }
}

/** The file's own time, as the file system gave it. */
function tryToWrite({ random }: RecordWorld, folder: string): number {
  const file = join(folder, `doctor-${random.hex(6)}`)
  const fd = openSync(file, 'wx', 0o600)
  try {
    writeSync(fd, 'hotwash doctor\n')
    fsyncSync(fd)
    return fstatSync(fd).mtimeMs
  } finally {
    closeSync(fd)
    rmSync(file)
  }
}

function checkSpace({ name, folder }: { name: string; folder: string }): DoctorCheck[] {
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  const told = {
    name: `space for the ${name}`,
    found: `${bytesInWords(free)} free`,
    needed: '1 GB',
  }
  if (free >= LITTLE_BYTES) return [fine(told)]
  const fix = `make space on the disk of ${folder}`
  return [free < TOO_LITTLE_BYTES ? failed(told, fix) : warned(told, fix)]
}

function checkFileTime(
  { clock }: RecordWorld,
  { name, writtenMs }: { name: string; writtenMs: number },
): DoctorCheck[] {
  const offMs = Math.abs(clock.now() - writtenMs)
  if (offMs <= COARSE_MS) return []
  return [
    failed(
      {
        name: `clock of the ${name}`,
        found: `${durationInWords(offMs)} off`,
        needed: 'the time of this machine',
      },
      'set the clock of the machine that serves this file system',
    ),
  ]
}

function checkClock({ clock }: RecordWorld): DoctorCheck {
  const now = clock.now()
  const booted = now - uptime() * 1_000
  const told = {
    name: 'clock',
    found: momentInWords(new Date(now).toISOString()),
    needed: 'the right time, in UTC',
  }
  const sane = new Date(booted).getUTCFullYear() >= FIRST_YEAR
  return sane ? fine(told) : failed(told, 'set the clock: timedatectl set-ntp true')
}
