/** The real git, as the tool calls it. */
import { createGitPort } from '../../../src/adapters/git.ts'
import { createProcessPort } from '../../../src/adapters/process.ts'
import type { MergeFile } from '../../../src/postmortem/merge/merge-lines.ts'
import { mergeFile } from '../../../src/record/git/merge-file.ts'

export const byGit: MergeFile = (texts) =>
  mergeFile(createGitPort({ process: createProcessPort() }), texts)
