/** The actions that people planned, each with what the log says has become of it. */
import { shellQuoted } from '../../incident/shell-quoted.ts'
import { actionsOf, type ActionState } from '../actions/action-state.ts'
import type { FrontMatter } from '../front-matter/schema.ts'
import { code, join, link, NONE, NOTHING, say, text, words, type Markdown } from './markdown.ts'
import type { Material } from './material.ts'

export type ActionRow = {
  id: Markdown
  title: Markdown
  type: Markdown
  owner: Markdown
  priority: Markdown
  due: Markdown
  tracker: Markdown
  done_when: Markdown
  /** `open`, `done 2026-12-01, by its check [^e40]`, `declined: why`. */
  status: Markdown
  is_open: boolean
}

export const actionRows = (material: Material, head: FrontMatter | undefined): ActionRow[] =>
  actionsOf(head, material.ofActions).map((action) => ({
    id: code(action.id),
    title: words(action.title),
    type: text(action.type),
    owner: orNone(action.owner),
    priority: orNone(action.priority ?? undefined),
    due: orNone(action.due),
    tracker: tracker(action),
    done_when: doneWhen(action.done_when),
    status: status(material, action),
    is_open: action.status === 'open',
  }))

const orNone = (value: string | undefined): Markdown => (value === undefined ? NONE : text(value))

/** The issue that is kept by `actions sync`, too, where that is another one. */
export const tracker = ({ tracker: named, url }: ActionState): Markdown => {
  const both = [...new Set([named, url].filter((one) => one !== undefined))]
  return both.length === 0 ? NONE : join(both.map(link), ', ')
}

const doneWhen = (when: ActionState['done_when']): Markdown => {
  if (when === undefined || when === null) return NONE
  if (typeof when === 'string') return words(when)
  const parts = Object.entries(when).map(([key, value]) => code(`${key}: ${plain(value)}`))
  return join(parts, ', ')
}

const plain = (value: unknown): string => {
  if (typeof value === 'string') return value
  const isWords = Array.isArray(value) && value.every((one) => typeof one === 'string')
  return isWords ? shellQuoted(value) : JSON.stringify(value)
}

export const status = (
  { ofActions, citations }: Pick<Material, 'ofActions' | 'citations'>,
  action: ActionState,
): Markdown => {
  const citedAt = (clock: number | undefined): Markdown =>
    citations.cite(...ofActions.filter((event) => event.clock === clock))
  if (action.status === 'declined') return say`declined: ${words(action.declined ?? '')}`
  const { checked } = action
  if (action.status === 'done') {
    const how = action.done_by === 'check' ? say`its check passed` : say`closed by hand`
    const when = action.done_at?.slice(0, 10) ?? 'at a time that is not known'
    return say`done ${text(when)}, ${how} ${citedAt(action.clock)}`
  }
  const failed =
    checked?.status === 'failed'
      ? say`, last check failed ${text(checked.at.slice(0, 10))} ${citedAt(checked.clock)}`
      : NOTHING
  return say`open${failed}`
}
