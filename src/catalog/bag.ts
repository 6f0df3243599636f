/**
 * What an incident is about, as words with weights. Besides words there are marks for what is not
 * said but recorded: `@runbook:…`, `@category:…`, `@claim:…`, `@service:…`. They are words like the
 * others, so that a runbook that is run in every incident says as little as a word in all of them.
 */
import { supports } from '../incident/finding.ts'
import type { IncidentEvent } from '../incident/event.ts'
import type { IncidentState } from '../incident/state.ts'
import type { FrontMatter } from '../postmortem/front-matter/schema.ts'
import { fold } from './fold.ts'
import { paragraphs } from './passages.ts'
import { wordsOf } from './words.ts'

/** Weights by stem; `seen`: the word as it was written first. */
export type Bag = Map<string, { weight: number; seen: string }>

type About = {
  events: readonly IncidentEvent[]
  state: IncidentState
  head: FrontMatter | undefined
  report: string | undefined
}

/** How much a word tells by where it stands. */
const TITLE = 4
const CONCLUSION = 2
const SAID = 1
const PROSE = 0.25
const MARK = 2

const MOST_WORDS = 160

export function bagOf({ events, state, head, report }: About): Bag {
  const bag: Bag = new Map()
  addText(bag, state.title, TITLE)
  for (const { says, hypothesis, confidence, category } of state.findings) {
    if (confidence === 'rejected') continue
    addText(bag, says, supports(confidence) ? CONCLUSION : SAID)
    if (hypothesis !== undefined) addClaim(bag, hypothesis)
    if (category !== undefined && supports(confidence)) addMark(bag, 'category', category)
  }
  addEvents(bag, events)
  for (const run of state.runs) {
    addMark(bag, 'runbook', run.runbook.path)
    addText(bag, run.runbook.name, SAID)
  }
  addHead(bag, head)
  const bodyFrom = headLines(report)
  for (const { text, at } of report === undefined ? [] : paragraphs(report)) {
    // The head was heard already; tables, code and quotes repeat the log.
    if (Number(at) > bodyFrom && !/^\s*(?:[|>`]|~~~)/.test(text)) addText(bag, text, PROSE)
  }
  return heaviest(bag)
}

/** Of a title alone, or what somebody typed; `runbook`: the path of the one that will be run. */
export function bagOfText(text: string, runbook?: string): Bag {
  const bag: Bag = new Map()
  addText(bag, text, TITLE)
  if (runbook !== undefined) addMark(bag, 'runbook', runbook)
  return bag
}

/** Lines up to the second row of dashes. */
function headLines(report = ''): number {
  const end = /^---[ \t]*\r?\n/.test(report) ? report.indexOf('\n---', 3) : -1
  return end === -1 ? 0 : report.slice(0, end).split('\n').length
}

function addEvents(bag: Bag, events: readonly IncidentEvent[]): void {
  for (const { type, data } of events) {
    if (type === 'note.added') addText(bag, data.text, SAID)
    else if (type === 'step.finished' && data.status === 'failed')
      addText(bag, data.reason ?? '', SAID)
    else if (type === 'command.recorded') addText(bag, data.argv.join(' '), PROSE)
    else if (type === 'incident.updated' || type === 'incident.resolved')
      addText(bag, data.reason ?? '', SAID)
  }
}

function addHead(bag: Bag, head: FrontMatter | undefined): void {
  if (head === undefined) return
  const { trigger, contributing_factors, hypotheses, services } = head
  if (typeof trigger === 'string') addText(bag, trigger, CONCLUSION)
  for (const { says } of contributing_factors ?? []) addText(bag, says, CONCLUSION)
  for (const { claim, state } of hypotheses ?? []) {
    if (state !== 'dropped') addText(bag, claim, SAID)
  }
  for (const service of services ?? []) addMark(bag, 'service', service)
}

function addClaim(bag: Bag, claim: string): void {
  addText(bag, claim, SAID)
  addMark(bag, 'claim', claim)
}

function addText(bag: Bag, text: string, weight: number): void {
  for (const { stem, seen } of wordsOf(text)) add(bag, stem, { weight, seen })
}

function addMark(bag: Bag, kind: string, value: string): void {
  const seen = `@${kind}:${markValue(value)}`
  if (!bag.has(seen)) add(bag, seen, { weight: MARK, seen })
}

/** One word, whatever was written. */
export const markValue = (text: string): string => fold(text).replace(/\s+/g, '_')

function add(bag: Bag, stem: string, { weight, seen }: { weight: number; seen: string }): void {
  const known = bag.get(stem)
  if (known === undefined) bag.set(stem, { weight, seen })
  else known.weight += weight
}

const heaviest = (bag: Bag): Bag =>
  bag.size <= MOST_WORDS
    ? bag
    : new Map([...bag].sort(([, a], [, b]) => b.weight - a.weight).slice(0, MOST_WORDS))

const STEPS = 8
const MOST = 35

/** What is said ten times says more than what is said once, and not ten times as much. */
export const degree = (weight: number): number =>
  Math.min(MOST, Math.max(1, Math.round(STEPS * Math.sqrt(weight))))

/** One line: each word after the digit (base 36) of its degree. */
export const bagLine = (bag: Bag): string =>
  [...bag].map(([stem, { weight }]) => `${degree(weight).toString(36)}${stem}`).join(' ')
