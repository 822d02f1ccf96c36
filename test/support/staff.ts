import type { FastifyInstance } from 'fastify'
import type { Role } from '../../src/org/may.ts'
import type { Parts } from '../../src/platform/http/parts.ts'
import { testApp } from './app.ts'
import type { TestDatabase } from './database.ts'
import { type TestOffice, testOffice } from './office.ts'
import { giveTestPassword, signedInVisitor, type Visitor } from './visitor.ts'

/** The whole application with a test town, and a way to work in it as anybody of its staff. */
export type StaffSite = {
  app: FastifyInstance
  parts: Parts
  office: TestOffice
  /** A browser in which the town's member of staff with this role has signed in; the same one each time. */
  as(role: Role): Promise<Visitor>
  /** The same in another town on the same server. */
  elsewhere(role: Role): Promise<Visitor>
}

/** Starts the application on a test's database, with two towns in it. */
export async function staffSite(
  database: TestDatabase,
  { env = {}, ...settings }: Parameters<typeof testOffice>[1] & { env?: Record<string, string> } = {},
): Promise<StaffSite> {
  const office = await testOffice(database, settings)
  const other = await testOffice(database, { ...settings, host: 'other.example' })
  const { app, parts } = await testApp(database, office.clock, { env })
  const signIn = (town: TestOffice, host: string) => {
    const browsers = new Map<Role, Promise<Visitor>>()
    return (role: Role) => {
      const known = browsers.get(role) ?? open(town, host, role)
      browsers.set(role, known)
      return known
    }
  }
  const open = async (town: TestOffice, host: string, role: Role) => {
    await giveTestPassword(parts, town, town.staff[role])
    return signedInVisitor(app, `${role}@example.org`, { host })
  }
  return {
    app,
    parts,
    office,
    as: signIn(office, 'localhost'),
    elsewhere: signIn(other, 'other.example'),
  }
}
