/**
 * The words of a text that say what it is about, each by its stem: `logins`, `login` and `Login` are
 * one. English endings only; words of other languages are compared as they are.
 */
import { fold } from './fold.ts'

const STOP = new Set(
  `a about after again all also am an and any are as at be been before being but by can could did do
   does done down during each few for from further get got had has have he her here his how i if in
   into is it its just me more most my no nor not now of off on once one only or other our out over
   own same she should since so some still such than that the their them then there these they this
   those through to too under until up us very was we were what when where which while who why will
   with would you your via per`.split(/\s+/),
)

/** Steps and reports are full of times, counts and digests; of numbers, only statuses say something. */
const STATUS = /^[45]\d\d$/
const MOST_CHARACTERS = 30

const isTelling = (word: string): boolean =>
  word.length > 1 &&
  word.length <= MOST_CHARACTERS &&
  !STOP.has(word) &&
  (STATUS.test(word) || !/^\d/.test(word)) &&
  !/^[0-9a-f]{7,}$/.test(word)

/** In the order of the text, repeated as there. `seen` is the word as it was written, in small letters. */
export function wordsOf(text: string): { stem: string; seen: string }[] {
  const words = fold(text).match(/[\p{L}\p{N}]+/gu) ?? []
  return words.filter(isTelling).map((seen) => ({ stem: stem(seen), seen }))
}

/** Plural, -ed, -ing and a final e: enough for `failing`, `fails` and `failed`, and quiet otherwise. */
export function stem(word: string): string {
  if (word.length < 4 || /\d/.test(word)) return word
  return withoutE(withoutEnding(withoutPlural(word)))
}

const withoutPlural = (word: string): string => {
  if (word.endsWith('sses')) return word.slice(0, -2)
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`
  return /[^sui]s$/.test(word) ? word.slice(0, -1) : word
}

const withoutEnding = (word: string): string => {
  const root = /^(.*[aeiouy].*?)(?:ing|ed)$/.exec(word)?.[1]
  if (root === undefined || root.length < 3) return word
  return /([^aeiouylsz])\1$/.test(root) ? root.slice(0, -1) : root
}

const withoutE = (word: string): string =>
  word.length > 3 && word.endsWith('e') ? word.slice(0, -1) : word
