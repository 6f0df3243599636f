import { counted } from '../../incident/counted.ts'
import { listRunbookFiles, parseFound } from './find-runbook.ts'
import { readRunbookText, type RunbookWorld } from './runbook-file.ts'

export type ListedRunbook = {
  path: string
  name: string
  owner: string | null
  severity: string | null
  steps: number
  packaged: boolean
}

/** One that cannot be read is named in `warnings` and does not hide the others. */
export async function listRunbooks(
  world: RunbookWorld,
): Promise<{ runbooks: ListedRunbook[]; warnings: string[] }> {
  const runbooks: ListedRunbook[] = []
  const warnings: string[] = []
  for (const one of await listRunbookFiles(world)) {
    const { file, path, packaged } = one
    const read = readRunbookText(file)
    if (!read.ok) {
      warnings.push(`${path}: ${read.message}`)
      continue
    }
    const parsed = await parseFound(world, { ...one, text: read.text })
    if (!parsed.ok) {
      const [first] = parsed.issues
      const at = first ? `:${first.place.line}:${first.place.column}: ${first.message}` : ''
      warnings.push(`${path}${at}; hotwash runbook lint ${path}`)
      continue
    }
    const { name, owner = null, severity = null, steps, always } = parsed.runbook
    runbooks.push({ path, name, owner, severity, steps: steps.length + always.length, packaged })
  }
  return { runbooks, warnings }
}

export function runbookLines(runbooks: readonly ListedRunbook[]): string {
  if (runbooks.length === 0) return 'no runbooks; put YAML files into ./runbooks'
  const width = Math.max(...runbooks.map(({ path }) => path.length))
  return runbooks
    .map(({ path, name, steps, owner, packaged }) => {
      const about = [counted(steps, 'step'), owner ?? 'no owner', ...(packaged ? ['packaged'] : [])]
      return `${path.padEnd(width)}  ${name} (${about.join(', ')})`
    })
    .join('\n')
}
