/** What conditions see of an HTTP answer. */
import { categoryOf, type Category } from '../../../incident/error-category.ts'
import type { HttpCookie, HttpResponse } from '../../../ports/http.ts'
import type { Names } from '../../../runbook/deferred.ts'
import type { Value } from '../../../incident/value.ts'
import { shapeOf } from '../../error-shape.ts'
import { requestIdOf } from './context.ts'

export const HTTP_OUTCOME = {
  status: 'int',
  headers: 'map',
  body: 'string',
  json: 'dyn',
  cookies: 'map',
  url: 'string',
  duration_ms: 'int',
  category: 'string',
  request_id: 'string',
} as const satisfies Names

export const outcomeOf = (response: HttpResponse): Record<string, Value> => ({
  status: response.status,
  headers: { ...response.headers },
  body: response.body,
  json: parsed(response.body),
  cookies: Object.fromEntries(response.cookies.map((cookie) => [cookie.name, cookieOf(cookie)])),
  url: response.url,
  duration_ms: response.durationMs,
  category: categoryOfAnswer(response),
  request_id: requestIdOf(response.headers),
})

/** Of an answer that is an error; '' of any other, whatever words are in it. */
const categoryOfAnswer = (response: HttpResponse): Category | '' =>
  response.status < 400 ? '' : categoryOf({ text: shapeOf(response), status: response.status })

const parsed = (body: string): Value => {
  try {
    return JSON.parse(body) as Value
  } catch {
    return null
  }
}

const cookieOf = (cookie: HttpCookie): Value => ({
  value: cookie.value,
  http_only: cookie.httpOnly,
  secure: cookie.secure,
  same_site: cookie.sameSite ?? null,
  path: cookie.path,
})
