/** The report as a reader has it: a file in a real browser, on any screen, by keyboard, on paper. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import axe from 'axe-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toHtml } from '../../src/postmortem/html/to-html.ts'
import { pictureOf } from '../../src/postmortem/timeline-svg/picture.ts'
import { CHROMIUM, openBrowser } from '../browser.ts'
import { makeEvents } from '../events.ts'
import { freshPlace, hotwash, json, type Place } from '../hotwash.ts'
import { HOSTILE } from '../postmortem/hostile-report.ts'
import {
  clockJumpsBack,
  crowd,
  drill,
  modelOf,
  strangeWords,
  threeDays,
} from '../postmortem/incidents-to-draw.ts'

const folder = mkdtempSync(join(tmpdir(), 'hotwash-html-'))
const WIDE = { width: 1280, height: 900 }
const NARROW = { width: 400, height: 800 }

let browser: Browser
/** The wrong fix of the demo, exported by the built tool. */
let demo: Place

const put = (name: string, text: string): string => {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

describe.skipIf(CHROMIUM === undefined)('an HTML report in a browser', () => {
  let pages: Record<string, string>

  beforeAll(async () => {
    browser = await openBrowser(CHROMIUM ?? '')
    const place = freshPlace({ git: false })
    hotwash(place, ['demo', '--wrong-fix', '--keep', 'login'])
    demo = { ...place, dir: join(place.dir, 'login') }
    const exported = hotwash(demo, ['postmortem', 'export', '--format', 'html'])
    const picture = pictureOf(modelOf(strangeWords()))
    pages = {
      demo: put('demo.html', exported.stdout),
      hostile: put('hostile.html', await toHtml({ markdown: HOSTILE, title: 'x', picture })),
    }
  })
  afterAll(() => browser.close())

  type View = { viewport: typeof WIDE; colorScheme?: 'dark' | 'light'; bypassCSP?: boolean }

  /** Everything that the page asks for or complains about is kept. */
  const open = async (file: string, view: View) => {
    const context: BrowserContext = await browser.newContext(view)
    const page: Page = await context.newPage()
    const requests: string[] = []
    const complaints: string[] = []
    page.on('request', (request) => requests.push(request.url()))
    page.on('requestfailed', (request) => {
      if (request.failure()?.errorText === 'csp')
        requests.splice(requests.indexOf(request.url()), 1)
    })
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(pathToFileURL(file).href)
    return { page, requests, complaints, close: () => context.close() }
  }

  it.each(['demo', 'hostile'])('asks for nothing, complains of nothing: %s', async (name) => {
    const file = pages[name] ?? ''
    const { page, requests, complaints, close } = await open(file, { viewport: WIDE })
    expect(requests).toEqual([pathToFileURL(file).href])
    expect(complaints).toEqual([])
    expect(await page.evaluate(`'hit' in globalThis`)).toBe(false)
    await close()
  })

  it.each([
    ['demo', WIDE, 'light'],
    ['demo', NARROW, 'dark'],
    ['hostile', WIDE, 'dark'],
    ['hostile', NARROW, 'light'],
  ] as const)('has no axe violation: %s at %o, %s', async (name, viewport, colorScheme) => {
    const view = { viewport, colorScheme, bypassCSP: true }
    const { page, close } = await open(pages[name] ?? '', view)
    await page.evaluate(
      `document.querySelectorAll('details').forEach((one) => { one.open = true })`,
    )
    await page.addScriptTag({ content: axe.source })
    const { violations } = await page.evaluate<AxeResults>('axe.run()')
    expect(violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])).toEqual([])
    // Tables and the picture scroll in themselves, never the page.
    expect(await page.evaluate(SCROLL_WIDTH)).toBe(viewport.width)
    await close()
  })

  it('is reached by keyboard: past the contents first, then every region that scrolls', async () => {
    const { page, close } = await open(pages['demo'] ?? '', { viewport: NARROW })
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the report')
    await page.keyboard.press('Enter')
    const reached = new Set<string>()
    const regions = await page.locator('[role=region]:visible').count()
    for (let n = 0; n < 400 && reached.size < regions; n++) {
      await page.keyboard.press('Tab')
      const label = await page.evaluate<string | null>(
        `document.activeElement.matches('[role=region]') ? document.activeElement.ariaLabel : null`,
      )
      if (label !== null) reached.add(label)
      if (await page.evaluate(`document.activeElement.matches('summary')`))
        await page.keyboard.press('Enter')
    }
    expect(reached.size).toBe(regions)
    await close()
  })

  it('runs no script that somebody gets into it', async () => {
    const planted = readFileSync(pages['demo'] ?? '', 'utf8').replace(
      '</main>',
      '<script>globalThis.hit=1</script><img src="https://evil.example.test/x.png" onerror="globalThis.hit=1"></main>',
    )
    const file = put('planted.html', planted)
    const { page, requests, complaints, close } = await open(file, { viewport: WIDE })
    expect(await page.evaluate(`'hit' in globalThis`)).toBe(false)
    // What the policy stops never leaves the browser.
    expect(requests).toEqual([pathToFileURL(file).href])
    expect(complaints.join('\n')).toContain('Content Security Policy')
    await close()
  })

  it('is printed with all rows open and nothing cut off', async () => {
    const { page, close } = await open(pages['demo'] ?? '', {
      viewport: { width: 703, height: 900 },
    })
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('nav').isVisible()).toBe(false)
    expect(await page.locator('.picture table').isVisible()).toBe(true)
    expect(await page.locator('.wide').isVisible()).toBe(true)
    expect(await page.evaluate(SCROLL_WIDTH)).toBeLessThanOrEqual(703)
    await close()
  })

  const PICTURES = {
    'several days': threeDays(),
    'a drill': drill(),
    'a busy hour': crowd(60),
    '10,000 notes': crowd(10_000),
    'words of all scripts': strangeWords(),
    'a clock that goes back': clockJumpsBack(),
    'one event': makeEvents([
      { type: 'incident.declared', data: { title: 'One', severity: 'SEV1' } },
    ]),
  }

  it.each(Object.entries(PICTURES))(
    'no words of the picture cover others or leave it: %s',
    async (name, events) => {
      const { svg } = pictureOf(modelOf(events))
      // Well-formed, or the browser shows an error instead of a picture.
      const { page, complaints, close } = await open(put(`${name}.svg`, svg), { viewport: WIDE })
      expect(complaints).toEqual([])
      const wrong = await page.evaluate<Wrong>(FIND_WRONG)
      expect(wrong.outside).toEqual([])
      expect(wrong.covered).toEqual([])
      expect(wrong.texts).toBeGreaterThan(3)
      await close()
    },
  )

  it.each(Object.entries(PICTURES))(
    'on a phone the picture stands upright, whole, and its words cover nothing: %s',
    async (name, events) => {
      const picture = pictureOf(modelOf(events))
      const file = put(`${name}.html`, await toHtml({ markdown: '# T\n', title: 'x', picture }))
      // So wide that the picture is as wide as it was drawn.
      const { page, close } = await open(file, { viewport: { width: 392, height: 800 } })
      expect(await page.locator('.wide').isVisible()).toBe(false)
      const wrong = await page.evaluate<Wrong>(FIND_WRONG)
      expect(wrong.outside).toEqual([])
      expect(wrong.covered).toEqual([])
      // A number and two lines of each row of the table.
      expect(wrong.texts).toBeGreaterThan(picture.rows.length)
      expect(await page.evaluate(UNPAINTED)).toEqual([])
      await page.setViewportSize(WIDE)
      expect(await page.locator('.wide').isVisible()).toBe(true)
      expect(await page.locator('.upright').isVisible()).toBe(false)
      await close()
    },
  )

  it('a PDF has pages, words and no traces', () => {
    const ended = hotwash(
      demo,
      ['postmortem', 'export', '--format', 'pdf', '-o', 'report.pdf', '--json'],
      { env: { TMPDIR: folder } },
    )
    expect(ended.stderr).toBe('')
    expect(json(ended)).toMatchObject({
      ok: true,
      format: 'pdf',
      file: join(demo.dir, 'report.pdf'),
    })
    const pdf = readFileSync(join(demo.dir, 'report.pdf'))
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    const text = pdf.toString('latin1')
    expect(Number(/\/Type \/Pages\s[^>]*?\/Count (\d+)/.exec(text)?.[1])).toBeGreaterThan(1)
    // Letters, as against a picture of letters.
    expect(text).toContain('/Type /Font')
    expect(text).toContain('/ToUnicode')
    // For screen readers and for finding one's way; no path of this machine.
    for (const part of ['/Lang (en)', '/MarkInfo <</Type /MarkInfo\n/Marked true', '/Outlines'])
      expect(text).toContain(part)
    expect(text).not.toMatch(/file:|hotwash-pdf/)
    expect(readdirSync(folder).filter((name) => name.startsWith('hotwash-pdf'))).toEqual([])
  })
})

const SCROLL_WIDTH = 'document.documentElement.scrollWidth'

/** Patterns that are used, and that are in a picture which is not drawn: they would be seen nowhere. */
const UNPAINTED = `[...new Set([...document.querySelectorAll('.upright [fill^="url"]')]
  .map((shape) => shape.getAttribute('fill').slice(4, -1)))]
  .filter((id) => {
    const pattern = document.querySelector(id)
    return !pattern.ownerSVGElement.checkVisibility() || getComputedStyle(pattern).visibility !== 'visible'
  })`

type Wrong = { outside: string[]; covered: string[]; texts: number }

/** Run in the page: what is cut off by a picture of its own is as wide as that. */
const FIND_WRONG = `(() => {
  const root = document.querySelector('.upright svg') ?? document.documentElement
  const picture = root.getBoundingClientRect()
  const boxes = [...root.querySelectorAll('text')].map((text) => {
    const own = text.ownerSVGElement
    const words = text.textContent
    if (own === root) {
      const { x, y, width, height } = text.getBoundingClientRect()
      const [left, top] = [x - picture.x, y - picture.y]
      return { words, left, right: left + width, top, bottom: top + height }
    }
    const [x, y, w, h] = ['x', 'y', 'width', 'height'].map((name) => own[name].baseVal.value)
    return { words, left: x, right: x + w, top: y, bottom: y + h }
  })
  const meet = (a, b) =>
    a.left + 1 < b.right && b.left + 1 < a.right && a.top + 4 < b.bottom && b.top + 4 < a.bottom
  return {
    texts: boxes.length,
    outside: boxes
      .filter((box) => box.left < -0.5 || box.right > picture.width + 0.5 || box.bottom > picture.height)
      .map(({ words }) => words),
    covered: boxes.flatMap((a, n) =>
      boxes.slice(n + 1).filter((b) => meet(a, b)).map((b) => a.words + ' / ' + b.words)),
  }
})()`

type AxeResults = { violations: { id: string; nodes: { html: string }[] }[] }

describe('a PDF without a browser', () => {
  it('says what is missing, and what else can be done', () => {
    const place = freshPlace()
    hotwash(place, ['declare', 'Login fails', '--severity', 'SEV2'])
    const ended = hotwash(
      place,
      ['postmortem', 'export', '--format', 'pdf', '-o', 'x.pdf', '--json'],
      { env: { CHROMIUM: '/no/such/browser' } },
    )
    expect(ended.code).toBe(4)
    expect(json(ended)).toMatchObject({
      error: {
        code: 'NO_PDF',
        message: expect.stringContaining('/no/such/browser') as string,
        hint: expect.stringContaining('--format html') as string,
      },
    })
  })
})
