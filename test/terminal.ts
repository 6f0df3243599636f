/** hotwash in a real terminal (tmux), as a person uses it. */
import { execFileSync, spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe } from 'vitest'
import { BIN, type Place } from './hotwash.ts'
import { hasProgram } from './machine.ts'

export const describeInTerminal = hasProgram('tmux') ? describe : describe.skip

// A server of its own for every terminal: one that is just ending refuses the next session.
let servers = 0
let socket = ''
export const tmux = (...args: string[]): string =>
  execFileSync('tmux', ['-L', socket, '-f', '/dev/null', ...args], { encoding: 'utf8' })

export type Terminal = {
  /** Waits until the screen or its scroll-back shows this; the whole text. */
  shows: (wanted: string | RegExp) => Promise<string>
  keys: (...keys: string[]) => void
  text: () => string
}

export function openIn(
  place: Place,
  columns: number,
  args: string,
  env: Record<string, string> = {},
): Terminal {
  endServer()
  socket = `hotwash-test-${process.pid}-${(servers += 1)}`
  const all = Object.entries({ ...place.env, TERM: 'screen-256color', PS1: '$ ', ...env })
  const set = all.map(([name, value]) => `${name}='${value}'`).join(' ')
  const shell = `env -i ${set} bash --norc --noprofile -i`
  tmux('new-session', '-d', '-x', String(columns), '-y', '60', '-c', place.dir, shell)
  tmux('set-option', '-g', 'history-limit', '5000')
  tmux('send-keys', `${process.execPath} ${BIN} ${args}; echo "exit=$?"`, 'Enter')
  const text = (): string => tmux('capture-pane', '-p', '-J', '-S', '-500')
  return {
    text,
    keys: (...keys) => void tmux('send-keys', ...keys),
    async shows(wanted) {
      for (const began = Date.now(); ; await sleep(50)) {
        const seen = text()
        if (typeof wanted === 'string' ? seen.includes(wanted) : wanted.test(seen)) return seen
        if (Date.now() - began > 90_000) throw new Error(`never showed ${wanted}:\n${seen}`)
      }
    },
  }
}

export const endServer = () => socket !== '' && spawnSync('tmux', ['-L', socket, 'kill-server'])
