import pg from 'pg'
import { OperatorError } from '../operator-error.ts'

/** The role that every query of the application runs as: row-level security binds it, and it owns nothing. */
const applicationRole = 'answerable_app'

const duplicateObject = '42710'
const uniqueViolation = '23505'
const insufficientPrivilege = '42501'

/**
 * Makes sure the application's role exists, is bound by row-level security, and may be taken on by the connecting
 * role. Roles belong to the whole cluster while advisory locks belong to one database, so two databases may be at
 * this at once: whoever comes second takes what the first has made.
 */
export async function ensureApplicationRole(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: number }>(
    `select current_setting('server_version_num')::integer as version`,
  )
  if ((rows[0]?.version ?? 0) < 160_000) throw new OperatorError('PostgreSQL 16 or newer is needed')
  try {
    const role = await findRole(client)
    if (!role) await create(client)
    else if (role.unbound) {
      throw new OperatorError(
        `the role ${applicationRole} is a superuser or bypasses row-level security; ` +
          `run: alter role ${applicationRole} nosuperuser nobypassrls`,
      )
    }
    const member = await client.query<{ member: boolean }>(
      `select pg_has_role(current_user, $1, 'SET') as member`,
      [applicationRole],
    )
    if (!member.rows[0]?.member) {
      await client.query(`grant ${applicationRole} to current_user with inherit false, set true`)
    }
  } catch (error) {
    if (!hasCode(error, insufficientPrivilege)) throw error
    throw new OperatorError(
      `the database user may not make the role ${applicationRole}; have an administrator run: ` +
        `create role ${applicationRole} nologin; grant ${applicationRole} to <the database user>;`,
      { cause: error },
    )
  }
}

async function findRole(client: pg.Client): Promise<{ unbound: boolean } | undefined> {
  const { rows } = await client.query<{ unbound: boolean }>(
    'select rolsuper or rolbypassrls as unbound from pg_roles where rolname = $1',
    [applicationRole],
  )
  return rows[0]
}

async function create(client: pg.Client) {
  try {
    await client.query(`create role ${applicationRole} nologin nosuperuser nobypassrls`)
  } catch (error) {
    if (!hasCode(error, duplicateObject) && !hasCode(error, uniqueViolation)) throw error
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof pg.DatabaseError && error.code === code
}
