#!/usr/bin/env node
import { useNewEnoughNode } from './node-version.ts'

// Everything else is imported only after this check: an older Node could not read it.
useNewEnoughNode()
const { main } = await import('./main.ts')
process.exitCode = await main(process.argv.slice(2), process.env)
