/**
 * Variables that make a program load foreign code, or turn git away from the repository. The lists
 * follow what loaders, shells and interpreters document; a name that ends in `*` is a beginning.
 */

/** Behind the back of whoever reads the runbook: no command inherits them, and no runbook sets them. */
const NEVER = guard(
  `GIT_* LD_* DYLD_* NODE_OPTIONS NODE_PATH BASH_ENV ENV PYTHONSTARTUP PYTHONPATH PERL5OPT PERL5LIB
   RUBYOPT RUBYLIB JAVA_TOOL_OPTIONS`,
)
/** They are how a machine is set up, and no business of a runbook. */
const NOT_BY_RUNBOOKS = guard(
  `BASH_FUNC_* NPM_CONFIG_* npm_config_* SHELLOPTS BASHOPTS PROMPT_COMMAND PS4 IFS CDPATH GLOBIGNORE
   PYTHONHOME PERL5DB _JAVA_OPTIONS CLASSPATH LUA_INIT GCONV_PATH HOSTALIASES LOCALDOMAIN RES_OPTIONS`,
)

export const isInherited = (name: string): boolean => !NEVER(name)

export const mayBeSet = (name: string): boolean => !NEVER(name) && !NOT_BY_RUNBOOKS(name)

function guard(list: string): (name: string) => boolean {
  const words = list.split(/\s+/)
  const names = new Set(words)
  const beginnings = words.filter((word) => word.endsWith('*')).map((word) => word.slice(0, -1))
  return (name) => names.has(name) || beginnings.some((beginning) => name.startsWith(beginning))
}
