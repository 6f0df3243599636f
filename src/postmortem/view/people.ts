/** What only people know, from the head of the present report; empty where nobody has told yet. */
import { citedMarks } from '../../incident/marks.ts'
import type { FrontMatter, Quantity } from '../front-matter/schema.ts'
import { actionRows, type ActionRow } from './actions.ts'
import { factorLines, type FactorLine } from './factors.ts'
import { join, NOTHING, paragraphs, say, text, words, type Markdown } from './markdown.ts'
import { ofType, type Material } from './material.ts'

/** Every leaf is there: empty Markdown or an empty list stands for "not told". */
export type People = {
  detection_source: Markdown
  services: Markdown
  environment: Markdown
  roles: { role: Markdown; who: Markdown }[]
  impact_told: boolean
  impact_numbers: { what: Markdown; number: Markdown }[]
  impact_says: Markdown
  trigger: Markdown
  factors: FactorLine[]
  /** Factors that are said to cause each other, each circle as a sentence. */
  factor_circles: Markdown[]
  went_well: Markdown[]
  went_wrong: Markdown[]
  lucky: Markdown[]
  surprising: Markdown[]
  actions: ActionRow[]
}

export const peopleView = (material: Material, head: FrontMatter | undefined): People => {
  const { impact, trigger, detection_source: source } = head ?? {}
  material.citations.citedByPeople(citedMarks(JSON.stringify(head ?? null)))
  const { lines, circles } = factorLines(head?.contributing_factors ?? [])
  return {
    detection_source: known(source, text),
    services: join((head?.services ?? []).map(text), ', '),
    environment: environmentOf(material, head),
    roles: Object.entries(head?.roles ?? {}).map(([role, who]) => ({
      role: text(inWords(role)),
      who: text(who),
    })),
    impact_told: impact !== undefined && impact !== null,
    ...impactOf(impact),
    trigger: known(trigger, paragraphs),
    factors: lines,
    factor_circles: circles,
    went_well: (head?.went_well ?? []).map(words),
    went_wrong: (head?.went_wrong ?? []).map(words),
    lucky: (head?.lucky ?? []).map(words),
    surprising: (head?.surprising ?? []).map(words),
    actions: actionRows(material, head),
  }
}

/** Where the log names the same one, it is told from there. */
const environmentOf = ({ events }: Material, head: FrontMatter | undefined): Markdown => {
  const named = head?.environment ?? ''
  const isInLog = ofType(events, 'run.started').some(
    ({ data }) => String(data.inputs['environment']).toLowerCase() === named.toLowerCase(),
  )
  return isInLog ? NOTHING : text(named)
}

type Unknown = { unknown: string }

const notKnown = ({ unknown }: Unknown): Markdown => say`not known: ${words(unknown)}`

const known = (
  value: string | Unknown | null | undefined,
  shown: (value: string) => Markdown,
): Markdown => {
  if (value === undefined || value === null) return NOTHING
  return typeof value === 'string' ? shown(value) : notKnown(value)
}

const impactOf = (
  impact: FrontMatter['impact'],
): Pick<People, 'impact_numbers' | 'impact_says'> => {
  if (impact === undefined || impact === null) return { impact_numbers: [], impact_says: NOTHING }
  if ('unknown' in impact)
    return { impact_numbers: [], impact_says: say`The impact is ${notKnown(impact)}.` }
  return {
    impact_numbers: Object.entries(impact.numbers).map(([name, quantity]) => ({
      what: text(inWords(name)),
      number: quantityInWords(quantity),
    })),
    impact_says: impact.says === undefined ? NOTHING : paragraphs(impact.says),
  }
}

/** `1,200`, `about 300`, `20 to 50`, `not known: no metrics were kept`. */
export const quantityInWords = (quantity: Quantity): Markdown => {
  if (typeof quantity === 'number') return grouped(quantity)
  if ('about' in quantity) return say`about ${grouped(quantity.about)}`
  if ('unknown' in quantity) return notKnown(quantity)
  const [least, most] = quantity.between
  return say`${grouped(least)} to ${grouped(most)}`
}

const grouped = (n: number): Markdown =>
  text(n.toLocaleString('en-US', { maximumFractionDigits: 6 }))

/** `failed_logins` → `Failed logins`, as a row begins. */
export const inWords = (name: string): string => {
  const words = name.replaceAll(/[_-]+/g, ' ').trimStart()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
