/** `- [x] told the customers`: a box that shows and says whether it is done, and cannot be ticked here. */
import type { MarkdownIt, StateCore } from 'markdown-it'

const BOX = /^\[([ xX])\](?=\s)\s*/

export const showTasks = (md: MarkdownIt): void => {
  md.core.ruler.after('inline', 'tasks', findTasks)
  md.renderer.rules['task'] = (tokens, index) =>
    tokens[index]?.info === 'done'
      ? '<input type="checkbox" disabled checked aria-label="done"> '
      : '<input type="checkbox" disabled aria-label="not done"> '
}

const findTasks = (state: StateCore): void => {
  for (let index = 2; index < state.tokens.length; index++) {
    const item = state.tokens[index - 2]
    const token = state.tokens[index]
    if (item?.type !== 'list_item_open' || token?.type !== 'inline') continue
    const [first] = token.children ?? []
    const box = first?.type === 'text' ? BOX.exec(token.content) : null
    if (first === undefined || box === null) continue
    first.content = first.content.replace(BOX, '')
    const task = new state.Token('task', '', 0)
    task.info = box[1] === ' ' ? 'open' : 'done'
    token.children?.unshift(task)
    item.attrJoin('class', 'task')
  }
}
