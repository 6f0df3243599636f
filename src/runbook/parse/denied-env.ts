/**
 * Variables that make a program load foreign code, or turn git away from the repository: a runbook
 * may not set them. The list follows what loaders, shells and interpreters document.
 */
const DENIED = new Set(
  `NODE_OPTIONS NODE_PATH BASH_ENV ENV SHELLOPTS BASHOPTS PROMPT_COMMAND PS4 IFS CDPATH GLOBIGNORE
   PYTHONSTARTUP PYTHONPATH PYTHONHOME PERL5OPT PERL5LIB PERL5DB RUBYOPT RUBYLIB JAVA_TOOL_OPTIONS
   _JAVA_OPTIONS CLASSPATH LUA_INIT GCONV_PATH HOSTALIASES LOCALDOMAIN RES_OPTIONS`.split(/\s+/),
)
const DENIED_PREFIXES = ['LD_', 'DYLD_', 'GIT_', 'BASH_FUNC_', 'NPM_CONFIG_', 'npm_config_']

export const isDeniedVariable = (name: string): boolean =>
  DENIED.has(name) || DENIED_PREFIXES.some((prefix) => name.startsWith(prefix))
