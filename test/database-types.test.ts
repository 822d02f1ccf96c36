import { expect, test } from 'vitest'
import { testDatabase } from './support/database.ts'
import { databaseTypes } from './support/database-types.ts'

test('the types of the tables are those of the migrated database', async () => {
  const { url } = await testDatabase()
  const { current, output } = databaseTypes(url, '--verify')
  expect(current, `run "npm run database:types"\n${output}`).toBe(true)
})
