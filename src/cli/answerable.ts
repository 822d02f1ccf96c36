#!/usr/bin/env node
import { useNewEnoughNode } from './node-version.ts'

// Everything else is imported only after this check: an older Node could not read it.
useNewEnoughNode()
const { main } = await import('./main.ts')
// Ends the process even if something was left open after a fault.
process.exit(await main(process.argv.slice(2), process.env))
