/** The timeline as a picture, and the same as a table, to be opened where the picture is not enough. */
import type { Picture } from '../timeline-svg/picture.ts'

export const pictureSection = (
  { svg, rows }: Picture,
  escape: (text: string) => string,
): string => {
  const cells = rows.map(
    (row) => `<tr>${row.map((cell, n) => cellOf(escape(cell), n)).join('')}</tr>`,
  )
  const head = COLUMNS.map((name) => `<th scope="col">${name}</th>`).join('')
  return `<section class="picture" aria-labelledby="picture">
<h2 id="picture">In one picture</h2>
<div class="scroll" role="region" tabindex="0" aria-label="Picture of the timeline">${svg}</div>
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

/** Numbers, times and single words are not broken. */
const cellOf = (text: string, column: number): string => {
  if (column === TIME || column === TOOK)
    return `<td>${text
      .split(' to ')
      .map((time) => `<span class="whole">${time}</span>`)
      .join(' to ')}</td>`
  return column === 2 || column === 3 ? `<td>${text}</td>` : `<td class="whole">${text}</td>`
}

const TIME = 1
const TOOK = 5
