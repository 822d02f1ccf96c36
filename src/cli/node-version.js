// @ts-check
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The oldest Node.js this program runs on: the first with Temporal. */
const needed = 26

/**
 * Goes on where Node is new enough; else becomes the Node that npm installed for this program, with the same
 * arguments. Ends with status 1 where that is missing too.
 */
export function useNewEnoughNode() {
  const found = process.versions.node
  if (Number.parseInt(found, 10) >= needed) return
  const own = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url))
  const args = [...process.execArgv, ...process.argv.slice(1)]
  if (!existsSync(own)) {
    console.error(
      `Answerable needs Node.js ${needed} or newer; this is ${found}. Run "npm ci" first: it installs the right one.\n` +
        `有应需要 Node.js ${needed} 或更高版本，当前为 ${found}。请先运行“npm ci”，它会安装合适的版本。`,
    )
    process.exit(1)
  }
  process.execve?.(own, [own, ...args], process.env) // does not come back
  process.exit(spawnSync(own, args, { stdio: 'inherit' }).status ?? 1)
}
