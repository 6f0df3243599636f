/** docs/templates.md: the packaged templates, and every field that one of one's own can print. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { emptyState } from '../src/incident/fold.ts'
import { findTemplate } from '../src/postmortem/find-template.ts'
import { fieldsOfTemplate } from '../src/postmortem/render.ts'
import { buildView } from '../src/postmortem/view.ts'
import { listPostmortemTemplates } from '../src/usecases/report/list-templates.ts'

const root = join(import.meta.dirname, '..')
const folders = { root, packageRoot: root }

const INTRO = `# Templates of post-mortems

One view of the record and of the head of the report, many templates. \`hotwash postmortem draft --template NAME\` takes \`templates/NAME.md.hbs\` of the repository, else the packaged one of that name; \`hotwash postmortem templates\` lists them with what each needs.

## A template of your own

Drop \`NAME.md.hbs\` into \`templates/\` of your repository. A comment at its head says what it is for:

\`\`\`handlebars
{{!-- What we put into the weekly mail. --}}
{{front_matter}}

# {{title}}

{{#each outcomes}}
{{this}}

{{/each}}
{{> actions}}
{{> footnotes}}
\`\`\`

A template has \`{{field}}\`, \`{{#each}}\`, \`{{#if}}\`, \`{{#unless}}\`, \`{{#with}}\` and \`{{> partial}}\`, and no logic; a field that is not there is an error with line and column. Every value is Markdown that is safe where it stands, in a table too. What only people know is under \`people\`; where they have told nothing it is empty, so that \`{{#if people.trigger}}\` can ask for it:

\`\`\`markdown
> **To write:** what set it off?
<!-- to-write: trigger -->
\`\`\`

To change one part of every template, drop a file with the name of a partial into \`templates/partials/\`. Begin with \`{{front_matter}}\`, and end with \`{{> footnotes}}\` where something is cited (\`cites\`): what is not cited on the page gets no footnote on it.

The template \`public\` is given another view, in which is only what outsiders may see.
`

export async function templatesPage(): Promise<string> {
  const { templates } = await listPostmortemTemplates(folders)
  const used = await Promise.all(
    templates
      .filter(({ name }) => name !== 'public')
      .map(async ({ name }) => (await fieldsOfTemplate(findTemplate(folders, name))).fields),
  )
  return [
    INTRO,
    '## Packaged templates',
    '',
    '| Name | What it is for |',
    '| --- | --- |',
    ...templates.map(({ name, purpose }) => `| \`${name}\` | ${purpose ?? ''} |`),
    '',
    '## Partials',
    '',
    `${partials()
      .map((name) => `\`${name}\``)
      .join(', ')}.`,
    '',
    '## Fields',
    '',
    '`[]` stands for each row of a list.',
    '',
    '| Field | Of each row or part |',
    '| --- | --- |',
    ...fieldRows(used.flat()),
    '',
  ].join('\n')
}

const partials = (): string[] =>
  readdirSync(join(root, 'templates', 'partials'))
    .map((file) => file.replace('.md.hbs', ''))
    .sort()

/** All fields of the view, with those of rows as far as a packaged template prints them. */
function fieldRows(used: readonly string[]): string[] {
  const nothing = { events: [], state: emptyState(''), readEvidence: () => undefined }
  const view = buildView({ ...nothing, tool: '', template: '' })
  return Object.keys(view)
    .sort()
    .map((name) => {
      const inner = [...new Set(used)]
        .filter((field) => field.startsWith(`${name}.`) || field.startsWith(`${name}[].`))
        .map((field) => `\`${field.slice(name.length).replace(/^(?:\[\])?\./, '')}\``)
        .sort()
      return `| \`${name}\` | ${inner.join(', ')} |`
    })
}
