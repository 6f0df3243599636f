/** Milliseconds that this process has computed: a bound on them holds on a busy machine, too. */
export const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
