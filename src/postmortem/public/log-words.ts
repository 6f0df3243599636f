/** The internal words of one event: all of what machines were given and said, and names in prose. */
import type { IncidentEvent } from '../../incident/event.ts'
import type { LeakKind } from './leak-patterns.ts'
import { clearNames, joinedNames } from './names-in-text.ts'

/** Fields that people and hotwash write for people: most of their words are plain ones. */
const PROSE: ReadonlySet<string> = new Set([
  'evidence',
  'hypothesis',
  'label',
  'name',
  'notes',
  'question',
  'reason',
  'says',
  'seen',
  'source',
  'text',
  'title',
  'wanted',
  'why',
])

/** Digests, and words of hotwash itself. */
const NOT_LOOKED_AT: ReadonlySet<string> = new Set([
  'as',
  'by',
  'category',
  'confidence',
  'digest',
  'effect',
  'gate',
  'how',
  'kind',
  'prev',
  'severity',
  'sha256',
  'status',
  'template',
  'tool',
])

type Word = [LeakKind, string]

export const wordsOfEvent = (event: IncidentEvent): Word[] => {
  // Of other kinds than a command, a preview is a sentence.
  const isCommand = event.type === 'command.recorded' || kindOf(event) === 'run'
  return [...givenIn(event), ...wordsIn(event.data, '', isCommand)]
}

const kindOf = ({ data }: IncidentEvent): unknown => ('kind' in data ? data.kind : undefined)

/** Values of inputs, answers and outputs are internal as a whole, plain words too. */
const givenIn = (event: IncidentEvent): Word[] => {
  if (event.type === 'run.started') return wholeValues('input', event.data.inputs)
  if (event.type === 'input.changed')
    return wholeValues('input', [event.data.value, event.data.was])
  if (event.type === 'gate.answered') return wholeValues('input', event.data.answer.values)
  if (event.type === 'step.finished') return wholeValues('internal name', event.data.outputs)
  return []
}

const MOST_CHARACTERS = 200

const wholeValues = (kind: LeakKind, node: unknown): Word[] => {
  if (typeof node === 'string') return node.length > MOST_CHARACTERS ? [] : [[kind, node]]
  if (typeof node === 'number') return [[kind, String(node)]]
  if (typeof node !== 'object' || node === null) return []
  return Object.values(node).flatMap((value) => wholeValues(kind, value))
}

const wordsIn = (node: unknown, key: string, isCommand: boolean): Word[] => {
  if (typeof node === 'string') {
    if (NOT_LOOKED_AT.has(key)) return []
    const isProse = PROSE.has(key) || (key === 'preview' && !isCommand)
    return isProse ? clearNames(node) : [...clearNames(node), ...joinedNames(node)]
  }
  if (typeof node !== 'object' || node === null) return []
  if (Array.isArray(node)) return node.flatMap((item) => wordsIn(item, key, isCommand))
  return Object.entries(node).flatMap(([name, value]) => wordsIn(value, name, isCommand))
}
