/** Commits as input of `git fast-import`: each event one commit, at its own offset of the log. */
import { commitSubject } from '../../incident/describe-event.ts'
import type { Pending } from './commit-queue.ts'
import { committer } from './identity.ts'
import { eventName, logPath, recordPath } from '../names.ts'

/** Never written: the stream takes it back at its end, and the branch is moved by update-ref. */
const SCRATCH = 'refs/hotwash/scratch'

export const GIT_ATTRIBUTES = `# Bytes stay bytes: the chain is over what is stored.
log/** -text -filter -merge -ident
evidence/** -text -filter -merge -ident
runbooks/** -text -filter -merge -ident
postmortem.md merge=text
`

export type StreamOptions = {
  pending: readonly Pending[]
  /** The first commit's parent; undefined: a root commit. */
  parent: string | undefined
  incident: string
  committedAtMs: number
  committer: { name: string; email: string }
  withAttributes: boolean
  read: (file: string) => Uint8Array
}

export function commitStream(options: StreamOptions): Buffer {
  const { pending, parent, incident, read } = options
  const folder = recordPath(incident)
  const parts: (string | Uint8Array)[] = ['feature done\n']
  const file = (path: string, bytes: Uint8Array): void => {
    parts.push(`M 100644 inline ${folder}/${path}\n`, `data ${bytes.length}\n`, bytes, '\n')
  }
  pending.forEach((one, n) => {
    const message = Buffer.from(messageOf(one, incident))
    parts.push(`commit ${SCRATCH}\nmark :${n + 1}\n`)
    parts.push(`author ${identity(one.event.actor)} ${seconds(Date.parse(one.event.at))} +0000\n`)
    parts.push(`committer ${identity(options.committer)} ${seconds(options.committedAtMs)} +0000\n`)
    parts.push(`data ${message.length}\n`, message, '\n')
    if (n === 0 && parent !== undefined) parts.push(`from ${parent}\n`)
    if (n === 0 && options.withAttributes) file('.gitattributes', Buffer.from(GIT_ATTRIBUTES))
    for (const name of one.files) file(name, read(name))
    file(logPath(one.writer), one.log.subarray(0, one.end))
    parts.push('\n')
  })
  parts.push(`get-mark :${pending.length}\n`)
  parts.push(`reset ${SCRATCH}\nfrom ${'0'.repeat(parent?.length ?? 40)}\n\ndone\n`)
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)))
}

const seconds = (ms: number): number => Math.max(0, Math.floor(ms / 1000))

function identity(who: { name: string; email: string }): string {
  const { name, email } = committer(who)
  return `${name} <${email}>`
}

function messageOf({ event, writer, digest }: Pending, incident: string): string {
  const trailers = [
    `Incident: ${incident}`,
    `Event: ${eventName(writer, event)}`,
    `Log-Digest: sha256:${digest}`,
  ]
  return `${commitSubject(event)}\n\n${trailers.join('\n')}\n`
}
