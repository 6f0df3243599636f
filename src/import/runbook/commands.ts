/** Commands in a block of code: a script, or what a terminal showed, with prompts and outputs. */
import type { Code } from '../../markdown/blocks.ts'

export type Commands = {
  line: number
  /** What would be run, without prompts. */
  script: string
  /** What a terminal showed after them. */
  output: string
}

const SHELLS =
  /^(?:sh|bash|shell|zsh|console|shell-session|sh-session|shellsession|terminal|text\/x-sh)\b/i
const PROMPT = /^\s*(?:[\w.@:~/-]{0,60})?[$#%] (?=\S)/
const DOLLAR = /^\s*\$ (?=\S)/

/** undefined: a file, a log, or another language. */
export const commandsOf = ({ line, info, text }: Code): Commands | undefined => {
  const lines = text.replace(/\n$/, '').split('\n')
  const isSession = /^(?:console|shell-?session|sh-session|terminal)/i.test(info)
  const prompt = isSession ? PROMPT : DOLLAR
  const prompted = lines.some((each) => prompt.test(each))
  if (info === '' ? !prompted : !SHELLS.test(info)) return undefined
  if (text.trim() === '') return undefined
  if (!prompted) return { line, script: lines.join('\n'), output: '' }
  const script: string[] = []
  const output: string[] = []
  let goesOn = false
  for (const each of lines) {
    if (prompt.test(each)) script.push(each.replace(prompt, ''))
    else if (goesOn) script.push(each.replace(/^> /, ''))
    else output.push(each)
    goesOn = (prompt.test(each) || goesOn) && /\\\s*$/.test(each)
  }
  return { line, script: script.join('\n'), output: output.join('\n').trim() }
}
