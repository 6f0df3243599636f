/** A runbook for examples and tests to include, under any name. */
import type { LoadRunbook } from '../../src/runbook/parse/parsing.ts'

const TEXT = `hotwash: 1
name: Back up
owner: team
inputs: {keep: {type: integer, default: 3}}
steps:
  - {id: save, run: [echo, "\${{ inputs.keep }}"], effect: read}
`

export const loadAny: LoadRunbook = (name) => ({
  ok: true,
  path: `runbooks/${name}.yaml`,
  text: TEXT,
})

/** Texts by name, each at a path of its own. */
export const loadFrom =
  (texts: Readonly<Record<string, string>>): LoadRunbook =>
  (name) => {
    const text = texts[name]
    if (text === undefined) return { ok: false, message: `there is no runbook "${name}"` }
    return { ok: true, path: `${name}.yaml`, text }
  }
