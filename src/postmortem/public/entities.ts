/** `&hellip;` → `…`, by the table of the Markdown library; what is no entity stays as it is. */
export const entityDecoder = async (): Promise<(entity: string) => string> => {
  const { default: MarkdownIt } = await import('markdown-it')
  const { unescapeAll } = new MarkdownIt().utils
  return (entity) => unescapeAll(entity)
}
