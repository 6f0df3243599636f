/**
 * The editor of the sample record's author: writes what only people know into the draft, in the place
 * of every mark that is there for it. A mark that it has no words for ends it with an error.
 */
import { readFileSync, writeFileSync } from 'node:fs'

const HEAD = `detection_source: customer
services: [login]
environment: demo
roles:
  incident_commander: Demo Engineer
  scribe: Demo Engineer
impact:
  numbers:
    accounts: 2
    failed_logins: { about: 40 }
  says: Nobody could log in. Everybody who was logged in already could go on working.
trigger: The release of the day renamed a column of the users table; its migration ran before the service that knows the new name.
contributing_factors:
  - id: migration-first
    says: Releases run their migrations before the new code is started, and nothing holds them back.
  - id: shallow-health
    says: The health check looks at the process and never at the users table.
  - id: weak-proof
    says: The first check after a fix asked whether login answers 500, and not whether anybody gets in.
    because: [shallow-health]
went_well:
  - The rollback was automatic, and the database was proven equal to what it was before.
went_wrong:
  - The first fix mended the column and not the hashes in it.
lucky:
  - It was seen within minutes, because a customer was on the phone.
surprising:
  - A fix can end every error 500 and still let nobody in.
actions:
  - id: expand-contract
    title: Rename columns in two releases, the old name readable in between
    type: prevent
    owner: Demo Engineer
    priority: P1
    due: 2026-12-11
    tracker: https://tracker.example.test/41
    done_when: The release guide has the two steps, and the last release followed them.
  - id: login-probe
    title: Log in with a test account every minute, and page when it fails twice
    type: detect
    owner: Demo Reviewer
    priority: P1
    due: 2026-12-04
    tracker: https://tracker.example.test/42
    done_when: The alert fired in a drill of this runbook.
public:
  title: Nobody could log in
  services: [login]
  summary: For some minutes nobody could log in. It works again.
  impact: Whoever was logged in already was not affected. No data was lost.
  numbers: [failed_logins]
  cause: A change to our database was released before the program that understands it.
  remedies:
    - Such changes are now made in two steps.
    - Logins are tried by a machine every minute.`

const PLACES = {
  summary:
    'Logins failed for everybody with an error 500 after a release, while the health check stayed green. The first fix ended the errors and let nobody in, so it was taken back; the release before was brought back by hand, and logins worked again.',
  detection:
    'A customer called. The health check could not have noticed it: it never looks at the users table. A login tried by a machine would have.',
  resolution:
    'The release before was brought back by hand, which is a stopgap: the rename is still to come.',
}

const [, , file] = process.argv
let text = readFileSync(file, 'utf8')
for (const field of HEAD.split(/\n(?=[a-z])/)) {
  const name = /^\w+/.exec(field)?.[0]
  const empty = new RegExp(`^${name}: null.*$`, 'm')
  if (!empty.test(text)) throw new Error(`the head has no empty field ${name}`)
  text = text.replace(empty, () => field)
}
// Marks for what the head tells go with the next render.
for (const [id, words] of Object.entries(PLACES)) {
  const mark = new RegExp(`^> \\*\\*To write:\\*\\*.*\\n<!-- to-write: ${id} -->$`, 'm')
  if (!mark.test(text)) throw new Error(`there is no mark ${id}`)
  text = text.replace(mark, () => words)
}
writeFileSync(file, text)
