import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findTemplate } from '../../src/postmortem/find-template.ts'

let root: string
let packageRoot: string
beforeEach(() => {
  const base = mkdtempSync(join(tmpdir(), 'hotwash-templates-'))
  root = join(base, 'team')
  packageRoot = join(base, 'package')
  for (const folder of [root, packageRoot])
    mkdirSync(join(folder, 'templates', 'partials'), { recursive: true })
  writeFileSync(join(base, 'secret.md.hbs'), 'secret')
  writeFileSync(join(packageRoot, 'templates', 'google-sre.md.hbs'), 'packaged')
  writeFileSync(join(packageRoot, 'templates', 'partials', 'head.md.hbs'), 'packaged head')
})
afterEach(() => rmSync(join(root, '..'), { recursive: true, force: true }))

const find = (name: string) => findTemplate({ root, packageRoot }, name)

describe('templates are found', () => {
  test("in the package, and a team's own before them", () => {
    expect(find('google-sre').main).toEqual({
      path: 'templates/google-sre.md.hbs',
      text: 'packaged',
    })
    writeFileSync(join(root, 'templates', 'google-sre.md.hbs'), 'ours')
    expect(find('google-sre').main.text).toBe('ours')
    expect(find('google-sre').partial('head')?.text).toBe('packaged head')
  })

  test.each(['../secret', '../../secret', '/etc/passwd', '', 'A', 'a/b', 'google-sre.md.hbs'])(
    'never by a path: %s',
    (name) => {
      expect(() => find(name)).toThrow(/there is no post-mortem template/)
      expect(find('google-sre').partial(name)).toBeUndefined()
    },
  )

  test('T06: never through a link that leads out', () => {
    symlinkSync(join(root, '..', 'secret.md.hbs'), join(root, 'templates', 'mine.md.hbs'))
    expect(() => find('mine')).toThrow(/leads out of its folder by a link/)
    symlinkSync(
      join(root, '..', 'secret.md.hbs'),
      join(root, 'templates', 'partials', 'head.md.hbs'),
    )
    expect(() => find('google-sre').partial('head')).toThrow(/leads out of its folder by a link/)
  })

  test('what is no text of a reasonable size is refused, and the file is named', () => {
    const at = (name: string) => join(root, 'templates', `${name}.md.hbs`)
    mkdirSync(at('dir'))
    writeFileSync(at('huge'), 'x'.repeat(1_000_001))
    writeFileSync(at('latin1'), Buffer.from([0x23, 0x20, 0xe9, 0x0a]))
    writeFileSync(at('blank'), '\n \n')
    symlinkSync('round.md.hbs', at('round'))
    expect(() => find('dir')).toThrow('templates/dir.md.hbs: it is not a file')
    expect(() => find('huge')).toThrow('templates/huge.md.hbs: it has more than 1,000,000 bytes')
    expect(() => find('latin1')).toThrow('templates/latin1.md.hbs: it is not UTF-8')
    expect(() => find('blank')).toThrow('templates/blank.md.hbs: it is empty')
    expect(() => find('round')).toThrow('templates/round.md.hbs: it is a link that leads nowhere')
  })

  test('an unknown name lists those that are there', () => {
    expect(() => find('google-sr')).toThrow(
      expect.objectContaining({
        code: 'INVALID_TEMPLATE',
        hint: expect.stringMatching(/did you mean "google-sre"\?.*templates here: google-sre/),
      }),
    )
  })
})
