import { expect, test } from 'vitest'
import { markdownEngine } from '../../../src/postmortem/html/markdown-engine.ts'
import { printed } from '../../../src/postmortem/html/print.ts'

const TEXT = `# Réport 😀

- tight
  - list[^e1]

| a | b |
| - | - |
| \`x\` | **y** |

> quote

\`\`\`sh
ls
\`\`\`

${'A line.\n\n'.repeat(50)}
[^e1]: Said.
`

test('what is printed in pieces is what markdown-it renders at once', async () => {
  const md = await markdownEngine()
  const [whole, pieces] = [{}, {}]
  const rendered = md.renderer.render(md.parse(TEXT, whole), md.options, whole)
  expect(printed(md, md.parse(TEXT, pieces), pieces).toString()).toBe(rendered)
  expect(rendered).toContain('<li id="fn-e1">')
})
