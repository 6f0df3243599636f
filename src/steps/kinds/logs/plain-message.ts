/** What a line says, without what only tells one moment, request or person from another. */

export const REQUEST_ID =
  /\b(?:request[_-]?id|req[_-]?id|correlation[_-]?id|trace[_-]?id)["']?\s*[=:]\s*["']?([\w.:-]{4,80})/i

const STAMPS =
  /\[\d\d\/[A-Z][a-z]{2}\/\d{4}:[\d:]+ [+-]\d{4}\]|\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?: ?(?:Z|UTC|GMT)\b| ?[+-]\d\d:?\d\d)?\]?|^(?:<\d+>)?[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d/

/** Numbers that stand alone, but for those that name what happened: `status 502`, `errno 111`. */
const NUMBER =
  /(?<!\b(?:status|code|errno|error|answered|returned|response|exit)[\s=:"'(]{1,3})(?<=[\s=(,#'"/[]|^)\d+(?:\.\d+)?(?=(?:ms|s)?(?:[\s),;:'"\]/]|$))/gi

const MAIL = /[^\s"'<>(),;:=@]{1,64}@[\w-]+(?:\.[\w-]+)+/g
const NEVER = /(?!)/
const HEX = /\b(?=[a-f]{0,16}\d)[0-9a-f]{8,}(?:-[0-9a-f]{4,12}){0,4}\b/gi

/** Equal messages are counted together. */
export const plainMessage = (line: string): string =>
  line
    .replace(STAMPS, '')
    .replace(REQUEST_ID, '')
    .replace(NUMBER, 'N')
    .replace(line.includes('@') ? MAIL : NEVER, 'ADDRESS')
    .replace(HEX, 'ID')
    .replace(/\s{2,}/g, ' ')
    .trim()
