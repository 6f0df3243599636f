/** The timeline as a picture, and the same as a table, to be opened where the picture is not enough. */
import { breakable } from './breakable.ts'
import { shapeOf } from './tables.ts'
import type { Picture } from '../timeline-svg/picture.ts'

export const pictureSection = (
  { svg, upright, rows }: Picture,
  escape: (text: string) => string,
): string => {
  const cells = rows.map(
    (row) => `<tr>${row.map((cell, column) => cellOf(cell, column, escape)).join('')}</tr>`,
  )
  const head = COLUMNS.map((name) => `<th scope="col">${name}</th>`).join('')
  return `<section class="picture" aria-labelledby="picture">
<h2 id="picture">In one picture</h2>
<div class="scroll wide" role="region" tabindex="0" aria-label="Picture of the timeline">${svg}</div>
<div class="upright">${upright}</div>
<details><summary id="picture-table">What the numbers mean: the picture as a table</summary>
<div class="scroll" role="region" tabindex="0" aria-label="The picture as a table"><table>
<thead><tr>${head}</tr></thead>
<tbody>
${cells.join('\n')}
</tbody></table></div></details>
</section>
`
}

const COLUMNS = ['No.', 'Time (UTC)', 'Lane', 'What', 'Outcome', 'Took']

const cellOf = (text: string, column: number, escape: (text: string) => string): string => {
  const shape = column === TIME ? 'when' : column === LANE ? 'lane' : shapeOf(text)
  return `<td${shape === '' ? '' : ` class="${shape}"`}>${breakable(text, escape)}</td>`
}

const TIME = 1
const LANE = 2
