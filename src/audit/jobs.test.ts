import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice } from '../../test/support/office.ts'
import { tamper, writeStream } from '../../test/support/record.ts'
import { createLog } from '../platform/log.ts'
import { auditJobs } from './jobs.ts'
import { publishedPath } from './publication.ts'

test('every minute each office gets its checkpoint, published, even where another office is in trouble', async () => {
  const database = await testDatabase()
  const first = await testOffice(database)
  const second = await testOffice(database, { host: 'second.example.org' })
  const { parts } = await testApp(database, first.clock)
  const minute = auditJobs({ ...parts, log: createLog('silent') }).tasks['audit-checkpoint']
  const lines = async (tenant: number) => {
    const path = publishedPath(parts.config.dataDir, tenant)
    return existsSync(path) ? (await readFile(path, 'utf8')).trimEnd().split('\n').length : 0
  }
  await minute?.({})
  expect([await lines(first.tenant.id), await lines(second.tenant.id)]).toEqual([1, 1])

  await minute?.({})
  expect(await lines(first.tenant.id)).toBe(1) // nothing new, nothing published

  await tamper(database, 'signing_keys', "update signing_keys set sealed_private = '' where tenant_id = $1", [
    first.tenant.id,
  ])
  await writeStream(first, 1)
  await writeStream(second, 1)
  await expect(minute?.({})).rejects.toThrow('too short')
  expect([await lines(first.tenant.id), await lines(second.tenant.id)]).toEqual([1, 2])
  const { rows } = await database.owner.query(
    'select count(*)::int as n from chain_pending where tenant_id = $1',
    [first.tenant.id],
  )
  expect(rows[0].n).toBe(1) // still waits for its checkpoint
})
