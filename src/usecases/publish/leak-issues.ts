/** Leaks as problems with a place: in the head of the report, else in the text that was refused. */
import type { Issue } from '../../errors.ts'
import { findLeaks, type Leak, type LeakRules } from '../../postmortem/public/find-leaks.ts'
import { fold } from '../../postmortem/public/folded-text.ts'
import { collectProblems } from '../../runbook/yaml/problems.ts'
import type { CurrentReport } from '../report/current-report.ts'
import { toldFields, type ToldField } from './told-fields.ts'

export const leakIssues = (
  texts: { markdown: string; html: string },
  { report, rules }: { report: CurrentReport; rules: LeakRules },
): Issue[] => {
  const { markdown } = texts
  const inFields = toldFields(report.head).flatMap((field) =>
    findLeaks(field.value, rules).map((leak) => ({ leak, field })),
  )
  const known = new Set(inFields.map(({ leak }) => leak.folded))
  const isNew = ({ kind, folded }: Leak): boolean =>
    !known.has(folded) &&
    !(kind === 'secret' && inFields.some(({ leak }) => leak.kind === 'secret'))
  const inText = findLeaks(markdown, rules).filter(isNew)
  for (const { folded } of inText) known.add(folded)
  // The page is made from the text alone; what its own words and styles look like is not asked.
  const page = withoutFrame(texts.html)
  const inPage = findLeaks(page, rules, { looks: false }).filter(
    // Anchors are made of the words of headings: a part of what is told already.
    (leak) => isNew(leak) && ![...known].some((term) => term.includes(leak.folded)),
  )
  return [
    ...inFields.map(({ leak, field }) =>
      issueAt(leak, {
        text: report.text,
        file: report.place.path,
        offset: offsetOf(leak, field, { report, rules }),
      }),
    ),
    ...inText.map((leak) =>
      issueAt(leak, { text: markdown, file: 'public.md', offset: leak.start }),
    ),
    ...inPage.map((leak) => issueAt(leak, { text: page, file: 'public.html', offset: leak.start })),
  ]
}

/** Styles, names of tags and attributes, and roles are of the page's frame: nobody wrote them. */
const withoutFrame = (html: string): string =>
  html
    .replace(/<(style|script)\b[^>]*>[\s\S]*?<\/\1>|<meta\b[^>]*>/gi, blank)
    .replace(/<\/?[a-z][^<>]*>/gi, (tag) =>
      tag
        // Still a tag: what it splits is read as one word.
        .replace(/(?<=^<\/?)[a-z][\w-]*/i, (name) => `x${blank(name.slice(1))}`)
        .replace(/\b(?:class|role|scope|tabindex)="[^"]*"|[\w:-]+(?==")/gi, blank),
    )

const blank = (part: string): string => part.replace(/[^\n]/g, ' ')

/** Where the field begins, and from there the word as it is spelt in the YAML, if it is found there. */
const offsetOf = (
  { folded, kind }: Leak,
  { path }: ToldField,
  { report, rules }: { report: CurrentReport; rules: LeakRules },
): number => {
  const { line, column } = report.placeOf(path)
  const start = offsetOfLine(report.text, line) + column - 1
  const end = report.text.indexOf('\n---', start)
  const rest = report.text.slice(start, end === -1 ? undefined : end)
  if (kind === 'secret' || folded === '') return start
  for (const markup of ['kept', 'dropped'] as const) {
    const { lower, at } = fold(rest, { markup, unescape: rules.unescape })
    const index = lower.indexOf(folded)
    if (index !== -1) return start + (at[index] ?? 0)
  }
  return start
}

const offsetOfLine = (text: string, line: number): number =>
  text.split('\n', line - 1).reduce((sum, one) => sum + one.length + 1, 0)

type At = { text: string; file: string; offset: number }

const issueAt = (leak: Leak, { text, file, offset }: At): Issue => {
  const made = collectProblems(text, file)
  const isSecret = leak.kind === 'secret'
  // The heading of a text that no field of the head accounts for is the title in the log.
  const isTitle = file === 'public.md' && !text.slice(0, offset).includes('\n')
  const word = isSecret ? 'a secret, or what looks like one,' : `"${leak.found}"`
  made.add(offset, {
    code: 'LEAK',
    message: `${word} would be published${isSecret ? '' : `: ${article(leak.kind)}, of this incident or by its looks`}`,
    hint: isSecret
      ? 'take it out; change the secret if others have seen this text'
      : `${isTitle ? 'give outsiders another title: public: {title: …} in the head of the report' : 'say it in other words'}; if it is public: public.allow in hotwash.yaml`,
    // An excerpt would carry a secret into the log of CI.
    noExcerpt: isSecret,
  })
  return made.issues()[0] as Issue
}

const article = (kind: string): string => `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`
