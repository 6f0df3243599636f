import type { RecordWorld } from '../record-world.ts'
import { failed, fine, warned, type DoctorCheck } from './check.ts'

/** 2.36 brought `core.fsync`: before it, a commit can be lost with the power. */
const NEEDED = { major: 2, minor: 36 }

export async function checkGit(world: RecordWorld): Promise<DoctorCheck[]> {
  const version = await world.git.raw(world.cwd, ['--version'])
  const told = { name: 'git', needed: `${NEEDED.major}.${NEEDED.minor} or newer` }
  if (!version.ok) {
    return [failed({ ...told, found: 'not found' }, 'install git, and see that it is on PATH')]
  }
  const found = version.stdout.trim().replace(/^git version /, '')
  const [major = 0, minor = 0] = found.split('.').map((part) => Number.parseInt(part, 10))
  const old = major < NEEDED.major || (major === NEEDED.major && minor < NEEDED.minor)
  return [
    old ? warned({ ...told, found }, 'update git') : fine({ ...told, found }),
    checkRepository(world),
    await checkIdentity(world),
    checkSigning(),
    ...(await checkHead(world)),
  ]
}

function checkRepository({ repository, cwd }: RecordWorld): DoctorCheck {
  const told = { name: 'repository', needed: 'a git repository' }
  if (repository !== undefined) return fine({ ...told, found: repository.root })
  return warned(
    { ...told, found: `${cwd} is in none` },
    'git init, or -C REPOSITORY; without one the record is plain files and proves less',
  )
}

/** What git would sign a commit of this person with; from the environment or the configuration. */
async function checkIdentity({ git, cwd, process }: RecordWorld): Promise<DoctorCheck> {
  const env = process.env()
  const ask = async (key: string, variable: string): Promise<string> => {
    const set = env[variable]
    if (set) return set
    const answer = await git.raw(cwd, ['config', '--get', key])
    return answer.ok ? answer.stdout.trim() : ''
  }
  const name = await ask('user.name', 'GIT_AUTHOR_NAME')
  const email = await ask('user.email', 'GIT_AUTHOR_EMAIL')
  const told = { name: 'identity', needed: 'user.name and user.email' }
  if (name !== '' && email !== '') return fine({ ...told, found: `${name} <${email}>` })
  return warned(
    { ...told, found: `${name || 'no name'}, ${email || 'no e-mail'}` },
    'git config --global user.name "Your Name"; git config --global user.email you@example.com',
  )
}

const checkSigning = (): DoctorCheck =>
  warned(
    { name: 'signing', found: 'unsigned', needed: 'signed commits, for proof of who wrote' },
    'this version does not sign; push the incident branch to where others see it',
  )

/** A last commit from the future means that one of two clocks is wrong. */
async function checkHead({ git, cwd, repository, clock }: RecordWorld): Promise<DoctorCheck[]> {
  if (repository === undefined) return []
  const answer = await git.raw(cwd, ['log', '-1', '--format=%ct'])
  const seconds = answer.ok ? Number(answer.stdout.trim()) : 0
  const aheadMs = seconds * 1_000 - clock.now()
  if (aheadMs < 120_000) return []
  const found = `the last commit is ${Math.round(aheadMs / 60_000)} min in the future`
  return [
    failed(
      { name: 'clock and history', found, needed: 'a clock that agrees with it' },
      'set the clock (timedatectl)',
    ),
  ]
}
