/** What was checked, with numbers; checks that ran in several steps stand side by side. */
import { timeOfDay } from '../../incident/duration.ts'
import type { Check } from '../../incident/event.ts'
import type { RunState, StepState } from '../../incident/state.ts'
import { code, join, say, NONE, text, type Markdown } from './markdown.ts'
import { lastFinish } from './steps.ts'
import type { Material } from './material.ts'

export type CheckTable = {
  /** `login_before (10:02:11, observed)`, in the order in which they ended. */
  columns: Markdown[]
  rows: { check: Markdown; wanted: Markdown; seen: Markdown[] }[]
  /** Names of checks that no step carried out. */
  not_checked: Markdown
}

type Column = { step: StepState; checks: readonly Check[]; heading: Markdown; at: number }

export const checkTables = (material: Material, run: RunState): CheckTable[] => {
  const columns = [...run.steps.values()]
    .flatMap((step) => column(material, run, step))
    .sort((a, b) => a.at - b.at)
  return groups(columns).map(table)
}

const column = (material: Material, run: RunState, step: StepState): Column[] => {
  const finished = lastFinish(material.eventsOfStep(run, step))
  const checks = finished?.data.checks ?? []
  if (finished === undefined || checks.length === 0) return []
  const how = step.observed ? say`, observed` : say``
  const heading = say`${code(step.id)} (${text(timeOfDay(finished.at))}${how}) ${material.citations.cite(finished)}`
  return [{ step, checks, heading, at: finished.clock }]
}

/** Steps that share a check belong in one table: the same flow before and after. */
const groups = (columns: readonly Column[]): Column[][] => {
  const grouped: Column[][] = []
  for (const column of columns) {
    const names = new Set(column.checks.map(({ name }) => name))
    const group = grouped.find((columns) =>
      columns.some(({ checks }) => checks.some(({ name }) => names.has(name))),
    )
    if (group === undefined) grouped.push([column])
    else group.push(column)
  }
  return grouped
}

const table = (columns: readonly Column[]): CheckTable => {
  const names = [...new Set(columns.flatMap(({ checks }) => checks.map(({ name }) => name)))]
  const of = (name: string): (Check | undefined)[] =>
    columns.map(({ checks }) => checks.find((check) => check.name === name))
  const ran = (name: string): boolean =>
    of(name).some((check) => check !== undefined && check.status !== 'not_checked')
  return {
    columns: columns.map(({ heading }) => heading),
    rows: names.filter(ran).map((name) => ({
      check: code(name),
      wanted: wanted(of(name)),
      seen: of(name).map(seen),
    })),
    not_checked: join(
      names.filter((name) => !ran(name)).map((name) => code(name)),
      ', ',
    ),
  }
}

const wanted = (checks: readonly (Check | undefined)[]): Markdown => {
  const each = new Set(checks.flatMap((check) => (check === undefined ? [] : [check.wanted])))
  return join([...each].filter((value) => value !== '').map(text), ' / ')
}

const WORDS = {
  passed: say`passed`,
  failed: say`**failed**`,
  not_checked: say`not checked`,
} as const satisfies Record<Check['status'], Markdown>

const seen = (check: Check | undefined): Markdown => {
  if (check === undefined) return NONE
  if (check.status === 'not_checked' || check.seen === '') return WORDS[check.status]
  return say`${WORDS[check.status]}: ${text(check.seen)}`
}
