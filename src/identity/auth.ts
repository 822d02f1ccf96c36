import { betterAuth } from 'better-auth'
import { twoFactor } from 'better-auth/plugins/two-factor'
import { Kysely, PostgresDialect } from 'kysely'
import type { Pool } from 'pg'
import type { Parts } from '../platform/http/parts.ts'
import { deriveRootKey } from '../platform/sealing/keys.ts'
import { ownTypes } from './own-types.ts'
import { longestPassword, shortestPassword } from './passwords.ts'
import { newRecoveryCodes } from './recovery-codes.ts'

/** What signing in needs of the process. */
export type IdentityParts = Pick<Parts, 'config' | 'log' | 'clock' | 'owner' | 'rootKey'>

/** The sign-in library with our settings, called as functions; none of its own HTTP routes is reachable. */
export type Auth = ReturnType<typeof createAuth>

const seconds = 1
const minutes = 60 * seconds
const hours = 60 * minutes

/** A session ends after this many seconds without a request. */
const idleSeconds = 8 * hours

const auths = new WeakMap<Pool, Auth>()

/** The sign-in library of this process; one for each database. */
export function authOf(parts: IdentityParts): Auth {
  const known = auths.get(parts.owner)
  if (known) return known
  const auth = createAuth(parts)
  auths.set(parts.owner, auth)
  return auth
}

/** The settings of the sign-in library; exported for the test that compares its tables with the migration. */
export function authOptions({ config, log, owner, rootKey }: IdentityParts) {
  return {
    appName: 'Answerable',
    secret: deriveRootKey(rootKey, 'sign-in').toString('base64url'),
    baseURL: config.baseUrl ?? 'http://localhost',
    database: {
      db: new Kysely<unknown>({ dialect: new PostgresDialect({ pool: ownTypes(owner) }) }),
      type: 'postgres' as const,
      schemaName: 'auth',
      transaction: true,
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: shortestPassword,
      maxPasswordLength: longestPassword,
      revokeSessionsOnPasswordReset: true,
    },
    session: { expiresIn: idleSeconds, updateAge: 5 * minutes, freshAge: 0 },
    verification: { storeIdentifier: 'hashed' as const },
    plugins: [
      twoFactor({
        issuer: 'Answerable',
        twoFactorCookieMaxAge: 10 * minutes,
        backupCodeOptions: { storeBackupCodes: 'encrypted', customBackupCodesGenerate: newRecoveryCodes },
      }),
    ],
    advanced: {
      cookiePrefix: 'answerable',
      useSecureCookies: config.baseUrl?.startsWith('https:') ?? false,
      // Where staff are is nobody's business; attempts are counted by us, on a keyed digest of the address.
      ipAddress: { disableIpTracking: true },
      // Our own server refuses cross-site posts before anything here is called.
      disableCSRFCheck: true,
      disableOriginCheck: true,
    },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: {
      // Its messages tell a wrong password from an unknown account, which a log at its usual level should not.
      level: 'debug' as const,
      log: (level: string, message: string, ...rest: unknown[]) => {
        const error = rest.find(one => one instanceof Error)
        if (level === 'error') log.error({ err: error }, `sign-in: ${message}`)
        else log.debug({ err: error }, `sign-in: ${message}`)
      },
    },
  }
}

function createAuth(parts: IdentityParts) {
  return betterAuth(authOptions(parts))
}
