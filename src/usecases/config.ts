/** hotwash.yaml in the repository's root; all of it optional. `readConfig` is in read-config.ts. */
export type Config = {
  default_branch: string | undefined
  remote: string
  push: boolean
  /** Team name to e-mail addresses. */
  teams: Readonly<Record<string, readonly string[]>>
  severities: readonly string[]
  state_dir: string | undefined
}

export const DEFAULTS: Config = {
  default_branch: undefined,
  remote: 'origin',
  push: false,
  teams: {},
  severities: ['SEV1', 'SEV2', 'SEV3', 'SEV4', 'SEV5'],
  state_dir: undefined,
}
