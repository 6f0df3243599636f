#!/usr/bin/env node
// Runs the sources as they are: Node strips the types.
import { main } from '../src/main.ts'

await main(process.argv.slice(2))
