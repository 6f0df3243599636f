import { expect, test } from 'vitest'
import { fieldsOfTemplate } from '../../src/postmortem/render.ts'
import { missingField } from '../../src/postmortem/template-fields.ts'

const needs = (text: string, partials: Record<string, string> = {}) =>
  fieldsOfTemplate({
    main: { path: 'templates/t.md.hbs', text },
    partial: (name) =>
      partials[name] === undefined
        ? undefined
        : { path: `templates/partials/${name}.md.hbs`, text: partials[name] },
  })

test.each([
  ['{{title}}', ['title']],
  ['{{people.trigger}}', ['people.trigger']],
  ['{{#each runs}}{{name}}{{/each}}', ['runs', 'runs[].name']],
  [
    '{{#each runs}}{{#each steps}}{{took}}{{../name}}{{../../title}}{{/each}}{{/each}}',
    ['runs', 'runs[].name', 'runs[].steps', 'runs[].steps[].took', 'title'],
  ],
  ['{{#with people}}{{trigger}}{{/with}}', ['people', 'people.trigger']],
  ['{{#each runs}}{{@root.title}}{{@index}}{{/each}}', ['runs', 'title']],
  [
    '{{#each runs as |run|}}{{#if drill}}{{run.name}}{{/if}}{{/each}}',
    ['runs', 'runs[].drill', 'runs[].name'],
  ],
  ['{{#each outcomes}}{{this}}{{/each}}', ['outcomes', 'outcomes[]']],
  ['{{#if a}}{{b}}{{else}}{{c}}{{/if}}{{#unless d}}{{e}}{{/unless}}', ['a', 'b', 'c', 'd', 'e']],
  ['{{#each a}}x{{else}}{{b}}{{/each}}', ['a', 'b']],
])('%s needs %j', async (text, expected) => {
  expect((await needs(text)).fields).toEqual(expected)
})

test('partials are looked into, with what they are given', async () => {
  const partials = { row: '{{took}}<!-- to-write: lucky -->', all: '{{> row}}' }
  const { fields, asks } = await needs(
    '<!-- to-write: summary -->{{#each steps}}{{> all}}{{/each}}{{> row undone}}',
    partials,
  )
  expect(fields).toEqual(['steps', 'steps[].took', 'undone', 'undone.took'])
  expect(asks).toEqual(['summary', 'lucky'])
})

test('a field that no view has is an error with its place, also in a partial', async () => {
  const view = { title: '', people: { trigger: '' }, runs: [] }
  expect(
    missingField(await needs('{{title}}{{#each runs}}{{name}}{{/each}}'), view),
  ).toBeUndefined()
  expect(missingField(await needs('a\n {{titel}}'), view)?.message).toBe(
    'templates/t.md.hbs:2:4: there is no field "titel" here',
  )
  const inPartial = await needs('{{> row}}', { row: '\n{{people.triger}}' })
  expect(missingField(inPartial, view)).toMatchObject({
    message: 'templates/partials/row.md.hbs:2:3: there is no field "triger" here',
    hint: 'did you mean "trigger"?',
  })
})
