import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { OperatorError } from '../../operator-error.ts'

/** The system account PostgreSQL runs as where we are root, which it refuses to be. */
export type Account = { readonly uid: number; readonly gid: number }

/**
 * The account for a cluster: whoever owns the cluster already; else `postgres`, else `nobody`. None where we are an
 * ordinary user ourselves: PostgreSQL then runs as that user.
 */
export function accountFor(cluster: string): Account | undefined {
  if (process.platform === 'win32' || process.getuid?.() !== 0) return undefined
  const owner = statSync(cluster, { throwIfNoEntry: false })
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  return findAccount('postgres') ?? findAccount('nobody') ?? { uid: 65534, gid: 65534 }
}

function findAccount(name: string): Account | undefined {
  const passwd = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8') : ''
  const fields = passwd
    .split('\n')
    .find(line => line.startsWith(`${name}:`))
    ?.split(':')
  const [uid, gid] = [Number(fields?.[2]), Number(fields?.[3])]
  return uid > 0 && gid > 0 ? { uid, gid } : undefined
}

/** A command line, and the account the kernel is to start it as (none: ours, or setpriv changes it). */
export type Launch = {
  readonly command: string
  readonly args: readonly string[]
  readonly account: Account | undefined
}

/**
 * How to run a PostgreSQL program as `account` on `paths`. Where a folder on the way is closed to that account
 * (/root, `mktemp -d`), setpriv lets the program pass through folders and nothing else that root could do.
 * @throws OperatorError naming the folder and the remedy where that is not possible.
 */
export function launch(
  command: string,
  args: readonly string[],
  account: Account | undefined,
  paths: readonly string[],
): Launch {
  if (!account) return { command, args, account }
  // A program itself is closed where root has installed it with umask 077.
  const barred = mayPass(command, account) ? undefined : command
  const hidden = barred ?? closedFolder(command, account)
  const closed = hidden ?? paths.map(path => closedFolder(path, account)).find(Boolean)
  if (!closed) return { command, args, account }

  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv', '/usr/local/bin/setpriv'].find(path =>
    existsSync(path),
  )
  // The lesser of the two passes folders and reads; containers often have only the greater, which also runs programs.
  const power = barred ? heldOf('dac_override') : heldOf('dac_read_search', 'dac_override')
  const mayRestrict = heldOf('setpcap') !== undefined
  if (!setpriv || !power || (hidden && !mayRestrict)) {
    throw new OperatorError(
      `${closed} is closed to the account (uid ${account.uid}) that PostgreSQL runs as when it is started by root. ` +
        `Open it for passing through ("chmod o+x ${closed}"), put it elsewhere, start as an ordinary user` +
        `${setpriv ? '' : ', install setpriv (util-linux)'}, or set DATABASE_URL.`,
    )
  }
  const change = [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups', '--no-new-privs']
  change.push(`--inh-caps=-all,+${power}`, `--ambient-caps=-all,+${power}`)
  // PostgreSQL looks for its own programs with access(2), which leaves the power of anyone but root out of account
  // unless this bit is set (Linux, fs/open.c, access_override_creds).
  if (mayRestrict) change.push('--securebits=+no_setuid_fixup', `--bounding-set=-all,+${power}`)
  return { command: setpriv, args: [...change, command, ...args], account: undefined }
}

/** Starts a launch in a process group of its own, so that Ctrl-C at the terminal reaches us and not PostgreSQL. */
export function start({ command, args, account }: Launch): ChildProcess {
  return spawn(command, args, {
    ...account,
    cwd: '/', // ours may be closed to the account, and a folder in use cannot be unmounted
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...kept, LC_ALL: 'C' },
  })
}

// PostgreSQL gets no more of our environment, which holds secrets, than programs need to run at all.
const kept = Object.fromEntries(
  ['PATH', 'LD_LIBRARY_PATH', 'TMPDIR', 'SystemRoot', 'TEMP'].map(name => [name, process.env[name]]),
)

/** The outermost folder above `path` that `account` may not pass through. */
function closedFolder(path: string, account: Account): string | undefined {
  const above = dirname(path)
  if (above === path) return undefined
  return closedFolder(above, account) ?? (mayPass(above, account) ? undefined : above)
}

// Passing through a folder and running a program need the same bit.
function mayPass(path: string, account: Account): boolean {
  const { mode, uid, gid } = statSync(path)
  const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
  return (mode & bit) !== 0
}

const capabilityBits = { dac_override: 1n, dac_read_search: 2n, setpcap: 8n }
type Capability = keyof typeof capabilityBits

/** The first of these capabilities that we have to hand on. */
function heldOf(...wanted: readonly Capability[]): Capability | undefined {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : ''
  const held = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`)
  return wanted.find(name => (held & (1n << capabilityBits[name])) !== 0n)
}
