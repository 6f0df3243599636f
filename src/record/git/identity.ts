/** Whose name is on a commit: git takes none that is empty, and ends it at `<` or a newline. */
export function committer(who: { name: string; email: string }): { name: string; email: string } {
  // eslint-disable-next-line no-control-regex
  const clean = (text: string): string => text.replace(/[<>\u0000-\u001f\u007f]/g, '').trim()
  return { name: clean(who.name) || 'hotwash', email: clean(who.email) || 'hotwash@localhost' }
}

/** The same for a git command that commits; `date` as git writes it. */
export function committerEnv(
  who: { name: string; email: string },
  date?: string,
): Record<string, string> {
  const { name, email } = committer(who)
  const as = (role: 'AUTHOR' | 'COMMITTER'): Record<string, string> => ({
    [`GIT_${role}_NAME`]: name,
    [`GIT_${role}_EMAIL`]: email,
    ...(date === undefined ? {} : { [`GIT_${role}_DATE`]: date }),
  })
  return { ...as('AUTHOR'), ...as('COMMITTER') }
}
