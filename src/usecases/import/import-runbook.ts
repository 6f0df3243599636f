/** `hotwash runbook import`: a checklist in Markdown becomes a draft runbook that a person finishes. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { HotwashError } from '../../errors.ts'
import { draftRunbook, type DraftRunbook } from '../../import/runbook/draft-runbook.ts'
import { diskWords } from '../../record/journal/disk.ts'
import { slug } from '../../record/names.ts'
import { EXTENSION, FOLDER, shownPath, type RunbookWorld } from '../runbook/runbook-file.ts'
import { readSource } from './import-source.ts'
import type { World } from '../world.ts'
import { refuseFaulty } from './lint-draft.ts'

type ImportWorld = RunbookWorld & Pick<World, 'redactor'>

export type DraftedRunbook = Omit<DraftRunbook, 'text'> & { path: string; from: string }

export const importRunbooks = async (
  world: ImportWorld,
  request: { files: readonly string[]; output: string | undefined },
): Promise<{ runbooks: DraftedRunbook[]; warnings: string[] }> => {
  const { files, output } = request
  if (output !== undefined && files.length > 1)
    throw new HotwashError('USAGE', '--output names one file, and several are imported', {
      hint: 'leave --output out: each gets a name of its own in runbooks/',
    })
  if (output !== undefined && !EXTENSION.test(output))
    throw new HotwashError('USAGE', `--output ${output}: not the name of a runbook`, {
      hint: 'end it with .yaml',
    })
  // All are read before the first one is written.
  const drafts = files.map((name) => {
    const source = readSource(world, name)
    return { name, secrets: source.secrets, draft: draftOf(source, name) }
  })
  const written: DraftedRunbook[] = []
  for (const { name, draft } of drafts) {
    const file =
      output === undefined
        ? join(world.root, FOLDER, `${slug(draft.name) || 'imported'}.yaml`)
        : resolve(world.cwd, output)
    const path = shownPath(world.root, file, output ?? file)
    await refuseFaulty(world, { file, path, text: draft.text })
    writeNew(file, path, draft.text)
    const { text: _, ...rest } = draft
    written.push({ ...rest, path, from: name })
  }
  return { runbooks: written, warnings: drafts.flatMap(({ secrets }) => secrets) }
}

const draftOf = (source: { text: string; file: string }, name: string): DraftRunbook => {
  const draft = draftRunbook(source)
  if (draft === undefined)
    throw new HotwashError('INVALID_INPUT', `${name}: there is nothing to do in it`, {
      hint: 'accepted: lists with boxes, numbers or bullets, and blocks of shell commands',
    })
  if ('most' in draft)
    throw new HotwashError(
      'INVALID_INPUT',
      `${name}: it has ${draft.steps} steps; a runbook has at most ${draft.most}`,
      { hint: 'split the checklist' },
    )
  return draft
}

/** What is there may hold a person's work. */
const writeNew = (file: string, path: string, text: string): void => {
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text, { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw notWritten(path, error)
    throw new HotwashError('USAGE', `${path} is there already, and is never overwritten`, {
      hint: 'name another one: --output runbooks/NAME.yaml',
    })
  }
}

const notWritten = (path: string, error: unknown): HotwashError =>
  new HotwashError('JOURNAL', `${path} cannot be written: ${diskWords(error)}`, {
    hint: 'name another place: --output FILE.yaml',
    cause: error,
  })
