/** A hotwash that can be killed: `node run-child.ts DIR STATE run|resume|rollback [--yes]`. */
import { resumeRun } from '../../src/usecases/run/resume-run.ts'
import { rollBack } from '../../src/usecases/run/roll-back.ts'
import { runRunbook } from '../../src/usecases/run/run-runbook.ts'
import { openLab } from '../usecases/world.ts'

const [dir = '', state = '', verb = 'run'] = process.argv.slice(2)
const lab = await openLab({ beside: { dir, state } })
const yes = process.argv.includes('--yes')
const report =
  verb === 'run'
    ? await runRunbook(lab.world, { runbook: 'book.yaml', yes })
    : verb === 'resume'
      ? await resumeRun(lab.world, { yes })
      : await rollBack(lab.world, {})
process.stdout.write(JSON.stringify(report))
process.exitCode = report.exit_code
