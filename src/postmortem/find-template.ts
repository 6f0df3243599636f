/**
 * Where templates are: a team's own in the repository's `templates/`, then the packaged ones.
 * Partials are in `templates/partials/`. A name is a plain name, and what it leads to stays inside
 * of its folder, links included.
 */
import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { HotwashError } from '../errors.ts'
import { grouped } from '../incident/size.ts'
import { closest } from '../runbook/did-you-mean.ts'
import type { TemplateSet } from './load-template.ts'
import type { TemplateSource } from './template-error.ts'

const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/
const ENDING = '.md.hbs'
const MAX_BYTES = 1_000_000

export type TemplateFolders = { root: string; packageRoot: string }

/** Throws INVALID_TEMPLATE for a name that is not there, listing those that are. */
export const findTemplate = (folders: TemplateFolders, name: string): TemplateSet => {
  const places = [join(folders.root, 'templates'), join(folders.packageRoot, 'templates')]
  const find = (within: readonly string[], wanted: string): TemplateSource | undefined => {
    if (!NAME.test(wanted)) return undefined
    for (const place of within) {
      const found = readTemplate(folders, place, wanted)
      if (found !== undefined) return found
    }
    return undefined
  }
  const main = find(places, name)
  if (main === undefined) throw unknownTemplate(name, places)
  const partials = places.map((place) => join(place, 'partials'))
  return { main, partial: (wanted) => find(partials, wanted) }
}

export type ListedTemplate = {
  name: string
  from: 'own' | 'packaged'
  /** Throws INVALID_TEMPLATE where the file cannot be used. */
  load(): TemplateSet
}

/** All templates by name; a team's own stands for the packaged one of its name. */
export const listTemplates = (folders: TemplateFolders): ListedTemplate[] => {
  const [own, packaged] = [folders.root, folders.packageRoot].map((root) => join(root, 'templates'))
  const ours = own === packaged ? [] : namesIn(own ?? '')
  return [...new Set([...ours, ...namesIn(packaged ?? '')])].sort().map((name) => ({
    name,
    from: ours.includes(name) ? 'own' : 'packaged',
    load: () => findTemplate(folders, name),
  }))
}

/** Partials by which a team changes a part of every template. */
export const ownPartials = (folders: TemplateFolders): string[] =>
  folders.root === folders.packageRoot
    ? []
    : namesIn(join(folders.root, 'templates', 'partials')).sort()

const readTemplate = (
  { root, packageRoot }: TemplateFolders,
  folder: string,
  name: string,
): TemplateSource | undefined => {
  const path = join(folder, `${name}${ENDING}`)
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return undefined
  const shown = folder.startsWith(join(root, 'templates'))
    ? relative(root, path)
    : relative(packageRoot, path)
  const refuse = (why: string): never => {
    throw new HotwashError('INVALID_TEMPLATE', `${shown}: ${why}`, {
      hint: 'a template is a plain file of text, in UTF-8, in templates/',
    })
  }
  if (!existsSync(path)) refuse('it is a link that leads nowhere')
  if (!realpathSync(path).startsWith(realpathSync(folder) + sep))
    refuse('it leads out of its folder by a link')
  const facts = statSync(path)
  if (!facts.isFile()) refuse('it is not a file')
  if (facts.size > MAX_BYTES) refuse(`it has more than ${grouped(MAX_BYTES)} bytes`)
  const text = textOf(readFileSync(path)) ?? refuse('it is not UTF-8')
  // A partial may leave its part out; a report of nothing is a mistake.
  if (text.trim() === '' && !folder.endsWith('partials')) refuse('it is empty')
  return { path: shown, text }
}

const textOf = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

const unknownTemplate = (name: string, places: readonly string[]): HotwashError => {
  const known = [...new Set(places.flatMap(namesIn))].sort()
  const near = closest(name, known)
  const meant = near === undefined ? '' : `did you mean "${near}"? `
  return new HotwashError('INVALID_TEMPLATE', `there is no post-mortem template "${name}"`, {
    hint: `${meant}templates here: ${known.join(', ')}; your own is templates/NAME${ENDING}`,
  })
}

const namesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith(ENDING))
        .map((file) => file.slice(0, -ENDING.length))
    : []
