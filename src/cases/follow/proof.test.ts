import { expect, test } from 'vitest'
import { testApp } from '../../../test/support/app.ts'
import { fileOne } from '../../../test/support/cases.ts'
import { testDatabase } from '../../../test/support/database.ts'
import { testOffice } from '../../../test/support/office.ts'
import { visitor } from '../../../test/support/visitor.ts'
import { caseProofHolds } from '../../audit/case-proof.ts'
import { closeMinute } from '../../audit/jobs.ts'

const database = await testDatabase()
const office = await testOffice(database)
const { app, parts } = await testApp(database, office.clock)

test('whoever follows a case gets the proof that nothing in it was altered, and nobody else does', async () => {
  const { number, receiptCode } = await fileOne(office)
  const path = `/follow/${number}/proof`
  const resident = visitor(app)
  await resident.post('/follow', { number, code: receiptCode })

  expect((await resident.get(path)).body).toContain('not under a checkpoint yet')
  expect((await resident.get(`${path}.json`)).statusCode).toBe(404)
  await closeMinute(office, parts.config.dataDir)
  expect((await resident.get(`/follow/${number}`)).body).toContain(path)
  expect((await resident.get(path)).body).toContain('/audit/checkpoints/1')

  const sent = await resident.get(`${path}.json`)
  expect(sent.headers['content-disposition']).toContain('attachment')
  const proof = sent.json()
  expect(caseProofHolds(proof, proof.publicKey)).toBe(true)
  expect(sent.body).not.toMatch(/Robin|robin@|Willow Street|deep hole/)

  const { number: other, receiptCode: otherCode } = await fileOne(office)
  const stranger = visitor(app)
  await stranger.post('/follow', { number: other, code: otherCode })
  for (const address of [path, `${path}.json`]) expect((await stranger.get(address)).statusCode).toBe(303)
})
