import { beforeAll, expect, test } from 'vitest'
import { actorOf, fileOne } from '../../test/support/cases.ts'
import { type ListeningTown, listeningTown } from '../../test/support/two-towns.ts'
import { acceptCase } from '../cases/actions/staff.ts'

let a: ListeningTown
let b: ListeningTown
beforeAll(async () => {
  a = await listeningTown()
  b = await listeningTown()
})

test('a case goes to the other server, with its steps', async () => {
  const id = await a.connect({ name: 'B', direction: 'to', url: b.endpoint, apiKey: await b.key() })
  const { caseId, number } = await fileOne(a.office)
  await a.relay()
  expect(await a.run(id)).toMatchObject({ end: 'done', copied: 1 })
  await acceptCase(a.office, await actorOf(a.office, a.town.staff['unit-head']), { id: caseId })
  await a.relay()
  expect(await a.run(id)).toMatchObject({ end: 'done', copied: 0, updates: 1 })
  const { rows } = await b.database.owner.query(
    `select type, data from events where stream_id in (select id from cases) order by seq`,
  )
  console.log(
    number,
    rows.map(r => [r.type, r.type.startsWith('copy') ? r.data : 0]),
  )
  const c = await b.connect({
    name: 'A',
    direction: 'from',
    url: a.endpoint,
    apiKey: await a.key('cases:read'),
  })
  const other = await fileOne(a.office)
  expect(await b.run(c)).toMatchObject({ end: 'done', copied: 1 })
  console.log(other.number, (await b.database.owner.query(`select url, case_id from open311_origins`)).rows)
  await a.relay()
  console.log(
    await a.run(id),
    (await a.database.owner.query(`select status, remote_id, reference, fault from connection_copies`)).rows,
  )
})
