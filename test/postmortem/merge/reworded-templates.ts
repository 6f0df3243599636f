/**
 * A later version of the templates, by chance but repeatably: lines and headings say something else,
 * sections are moved, added, dropped or go one level down, partials are emptied.
 */
import type { TemplateSet } from '../../../src/postmortem/load-template.ts'
import { chanceOf, type Chance } from './scripted-person.ts'

export const reworded = ({ main, partial }: TemplateSet, version: number): TemplateSet => {
  const chance = chanceOf(version)
  return {
    main: { ...main, text: rearranged(linesReworded(main.text, chance), chance) },
    partial(name) {
      const found = partial(name)
      if (found === undefined) return undefined
      const own = chanceOf(version * 31 + Buffer.from(name).reduce((sum, byte) => sum + byte, 0))
      return { ...found, text: own.is(0.03) ? '' : linesReworded(found.text, own) }
    },
  }
}

const linesReworded = (text: string, chance: Chance): string =>
  text
    .split('\n')
    .map((line) => lineReworded(line, chance))
    .join('\n')

/** Never what stands in braces: the template would not be one any more. */
const lineReworded = (line: string, chance: Chance): string => {
  const number = Math.floor(chance.next() * 1000)
  if (/^#+ /.test(line) && chance.is(0.25))
    return chance.is(0.5)
      ? `${line} in short`
      : line.replace(/^(#+) .*/, `$1 Newly named ${number}`)
  if (/^\|.*[a-z]+ \|$/.test(line) && !line.includes('{{') && chance.is(0.25))
    return line.replace(/[a-z]+ \|$/, 'renamed |')
  if (!/^[A-Z>*-]/.test(line) || line.startsWith('---')) return line
  if (chance.is(0.25))
    return line.replace(/\b(?:the|a|is|was|of|not|who|what)\b(?![^{]*\}\})/i, 'every')
  if (chance.is(0.1)) return `${line} And more.`
  if (chance.is(0.1)) return `${line}\nA line of the new version ${number}.`
  return line
}

const rearranged = (text: string, chance: Chance): string => {
  const [top = '', ...sections] = text.split(/^(?=## )/m)
  const able = sections.filter(isWhole)
  if (chance.is(0.5) && able.length > 0) {
    const at = sections.indexOf(chance.pick(able))
    const [section = ''] = sections.splice(at, 1)
    const to = Math.floor(chance.next() * (sections.length + 1))
    const deed = chance.pick(['move', 'move', 'drop', 'deeper'] as const)
    const isMoved = deed === 'move' && isWhole(sections[to - 1] ?? top)
    const written = deed === 'deeper' ? section.replace(/^#/gm, '##') : section
    if (deed !== 'drop') sections.splice(isMoved ? to : at, 0, written)
  }
  const asked = '\n## Newly asked\n\n> **To write:** what else?\n<!-- to-write: newly -->\n'
  return [top, ...sections, ...(chance.is(0.5) ? [asked] : [])].join('')
}

/** What opens in it closes in it, so that it can stand elsewhere. */
const isWhole = (section: string): boolean => {
  let depth = 0
  for (const [, is] of section.matchAll(/\{\{(#|\/|else)/g)) {
    if (is === 'else' && depth === 0) return false
    depth += is === '#' ? 1 : is === '/' ? -1 : 0
    if (depth < 0) return false
  }
  return depth === 0
}
