/** A command as one would type it. Pure. */
export const shellQuoted = (argv: readonly string[]): string => argv.map(quoted).join(' ')

const quoted = (argument: string): string =>
  /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`
