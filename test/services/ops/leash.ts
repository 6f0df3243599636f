/** Ends a service whose test run has ended without stopping it. Loaded before the service. */
const owner = Number(process.env['LAB_OWNER'])
const LOOK_EVERY_MS = 500

setInterval(() => {
  try {
    process.kill(owner, 0)
  } catch {
    process.exit()
  }
}, LOOK_EVERY_MS).unref()
