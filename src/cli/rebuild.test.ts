import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { actorOf, fileOne } from '../../test/support/cases.ts'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice, testRootKey } from '../../test/support/office.ts'
import { addToken, revokeToken } from '../access/actions.ts'
import { renewAddress } from '../feeds/actions.ts'
import { builtInCalendar } from '../obligations/built-in-calendars.ts'
import { publishCalendar } from '../org/actions/settings.ts'
import { changeStaff } from '../org/actions.ts'
import { allowedNetworks } from '../platform/http-client/address.ts'
import { addEndpoint, disableEndpoint } from '../webhooks/actions/endpoints.ts'
import { main } from './main.ts'

const folder = mkdtempSync(join(tmpdir(), 'answerable-rebuild-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const rootKeyFile = join(folder, 'root.key')
writeFileSync(rootKeyFile, `${testRootKey.export().toString('base64')}\n`, { mode: 0o600 })

const database = await testDatabase()
const office = await testOffice(database)
const { caseId } = await fileOne(office)
const { tenant, staff, units } = office
await publishCalendar(office, 'set-up', builtInCalendar('weekdays'), undefined)
const title = { en: 'Officer', 'zh-CN': '经办人' }
await changeStaff(office, 'set-up', staff.lead, { name: 'Lin Wei', title, email: 'lin@example.org' })

async function answerable(line: string[], more: Record<string, string> = {}) {
  const env = {
    DATABASE_URL: database.url,
    DATA_DIR: folder,
    ROOT_KEY_FILE: rootKeyFile,
    LOG_LEVEL: 'error',
    ...more,
  }
  const out = vi.spyOn(console, 'log').mockImplementation(() => {})
  const err = vi.spyOn(console, 'error').mockImplementation(() => {})
  try {
    const status = await main(line, env)
    return { status, out: out.mock.calls.join('\n'), err: err.mock.calls.join('\n') }
  } finally {
    vi.restoreAllMocks()
  }
}

const rebuild = (line: string[] = [], more: Record<string, string> = {}) =>
  answerable(['rebuild', ...line], more)

const held = await addToken(office, 'set-up', { name: 'A', scopes: ['open311'] })
const gone = await addToken(office, 'set-up', { name: 'B', scopes: ['open311'] })
await revokeToken(office, 'set-up', gone.id)
await renewAddress(office, await actorOf(office, staff.lead))
const noNetworks = allowedNetworks([])
const [hook, quietHook] = await Promise.all(
  ['https://one.example', 'https://two.example'].map(url =>
    addEndpoint(office, 'set-up', { url, types: [] }, noNetworks),
  ),
)
if (!hook || !quietHook) throw new Error('no endpoints')
await disableEndpoint(office, 'set-up', quietHook.id)
const names = join(folder, 'names.csv')
writeFileSync(names, 'Local name,Category\nLamps,street-light\nHoles,road-damage\n')
expect(await answerable(['import', 'categories', names])).toMatchObject({ status: 0, err: '' })
const madeUp = '00000000-0000-7000-8000-000000000001'

const tampering: readonly [what: string, statement: string, values?: unknown[]][] = [
  ['tenants.name', `update tenants set name = '{"en": "Other", "zh-CN": "别处"}'`],
  [`units.${units.roads}`, `update units set functions = '{}', intake = true where id = $1`, [units.roads]],
  [`staff.${staff.lead}.name`, `update staff set name = 'Nobody' where id = $1`, [staff.lead]],
  [`staff.${staff.lead}.title`, `update staff set title = '{}' where id = $1`, [staff.lead]],
  [`staff.${staff.auditor}.active`, `update staff set active = false where id = $1`, [staff.auditor]],
  [`grants.${staff.lead}`, `delete from grants where staff_id = $1`, [staff.lead]],
  [
    `grants.${staff['front-desk']}`,
    `insert into grants (tenant_id, staff_id, unit_id, role) values ($1, $2, $3, 'auditor')`,
    [tenant.id, staff['front-desk'], units.root],
  ],
  ['calendars.weekdays.weekdays-1', `delete from calendars`],
  [`api_tokens.${gone.id}`, `update api_tokens set revoked_at = null where id = $1`, [gone.id]],
  [
    `calendar_addresses.${staff.lead}`,
    `update calendar_addresses set id = gen_random_uuid(), created_at = now()`,
  ],
  [
    `calendar_addresses.${staff.auditor}`,
    `insert into calendar_addresses values ($1, gen_random_uuid(), $2, now())`,
    [tenant.id, staff.auditor],
  ],
  [
    `webhook_endpoints.${hook.id}.types`,
    `update webhook_endpoints set types = '{case.filed}' where id = $1`,
    [hook.id],
  ],
  [
    `webhook_endpoints.${quietHook.id}.disabled`,
    `update webhook_endpoints set disabled_at = null, disabled_because = null where id = $1`,
    [quietHook.id],
  ],
  ['category_names', `update category_names set category = 'noise' where label = 'lamps'`],
  ['category_names', `delete from category_names where label = 'holes'`],
  ['case_numbers.2026', `update case_numbers set next = 1`],
  ['cases.status', `update cases set status = 'closed', open = false where id = $1`, [caseId]],
  ['obligations.answer-1', `delete from obligations where id = 'answer-1' and stream_id = $1`, [caseId]],
  ['cases.subject', `update cases set subject = 'Nothing' where id = $1`, [caseId]],
]

test('a whole installation has no differences', async () => {
  const { status, out, err } = await rebuild()
  expect({ status, err }).toEqual({ status: 0, err: '' })
  expect(out).toBe('1 case and the organisation looked at: no differences.')
})

test('what was changed behind the program’s back is found, left as it is by --check, and else mended', async () => {
  for (const [, statement, values] of tampering) await database.owner.query(statement, values ?? [])
  const checked = await rebuild(['--check'])
  expect(checked.status).toBe(1)
  for (const [what] of tampering) expect(checked.out).toContain(`: ${what} was `)
  expect(checked.out.match(/\(not mended\)/g)?.length).toBeGreaterThanOrEqual(tampering.length)
  // Who somebody is stands in sealed events; it is not printed.
  expect(checked.out).not.toContain('Lin Wei')

  const mended = await rebuild(['--json'])
  expect(mended.err).toBe('')
  expect(mended.status).toBe(1)
  const { differences } = JSON.parse(mended.out)
  expect(differences.map((one: { what: string }) => one.what)).toEqual(
    expect.arrayContaining(tampering.map(([what]) => what)),
  )
  expect(differences.filter((one: { mended: boolean }) => !one.mended)).toEqual([])
  expect(await rebuild()).toMatchObject({ status: 0, err: '' })
})

test('a member of staff that nobody added can do nothing, and one that vanished comes back with their roles', async () => {
  await database.owner.query(
    `insert into staff (tenant_id, id, name, email, created_at) values ($1, gen_random_uuid(), 'X', 'x@example.org', now())`,
    [tenant.id],
  )
  await database.owner.query(`delete from grants where staff_id = $1`, [staff.supervisor])
  await database.owner.query(`delete from staff where id = $1`, [staff.supervisor])
  expect((await rebuild()).out).toContain(`staff.${staff.supervisor} was nothing, and by its events is there`)
  expect((await rebuild()).out).toContain('1 difference, 1 not mended')
  const ghost = await database.owner.query(`delete from staff where name = 'X' returning active`)
  expect(ghost.rows).toEqual([{ active: false }])
  expect((await rebuild()).status).toBe(0)
  const { rows } = await database.owner.query(
    `select name, role from staff join grants on staff_id = id where id = $1`,
    [staff.supervisor],
  )
  expect(rows).toEqual([{ name: 'The supervisor', role: 'supervisor' }])
})

test('a token that nobody made, or that was given more since, lets nobody in any more, and stays in sight', async () => {
  await database.owner.query(
    `insert into api_tokens (tenant_id, id, label, scopes, digest, limit_per_minute, created_at)
     values ($1, $2, 'X', '{admin}', 'x', 600, now())`,
    [tenant.id, madeUp],
  )
  await database.owner.query(`update api_tokens set scopes = '{admin}' where id = $1`, [held.id])
  expect((await rebuild()).out).toContain(`api_tokens.${madeUp} was there, and by its events is nothing`)
  const { rows } = await database.owner.query('select 1 from api_tokens where revoked_at is null')
  expect(rows).toEqual([])
  expect((await rebuild()).out).toContain('2 differences, 2 not mended')
  await database.owner.query('delete from api_tokens where id = any ($1)', [[madeUp, held.id]])
  expect((await rebuild()).out).toContain(`api_tokens.${held.id} was nothing, and by its events is there`)
  expect((await rebuild()).status).toBe(0)
})

test('a webhook nobody added, or that goes elsewhere now, is sent nothing; one that vanished has a new secret', async () => {
  const { owner } = database
  const secrets = () => owner.query('select id, secret from webhook_endpoints order by id')
  const before = (await secrets()).rows
  await owner.query(
    `insert into webhook_endpoints (tenant_id, id, url, types, secret, created_at)
     values ($1, $2, 'https://elsewhere.example', '{}', 'x', now())`,
    [tenant.id, madeUp],
  )
  await owner.query(`update webhook_endpoints set url = 'https://elsewhere.example' where id = $1`, [hook.id])
  const { out } = await rebuild()
  expect(out).toContain(`webhook_endpoints.${madeUp} was there, and by its events is nothing`)
  expect(out).toContain(`webhook_endpoints.${hook.id}.url was other words`)
  expect(out).not.toContain('elsewhere')
  expect((await owner.query('select 1 from webhook_endpoints where disabled_at is null')).rows).toEqual([])
  expect((await rebuild()).out).toContain('2 differences, 2 not mended')
  await owner.query('delete from webhook_endpoints where id = any ($1)', [[madeUp, hook.id]])
  expect((await rebuild()).out).toContain(
    `webhook_endpoints.${hook.id} was nothing, and by its events is there`,
  )
  expect(await rebuild()).toMatchObject({ status: 0, err: '' })
  const after = (await secrets()).rows
  expect(after.map(row => row.id)).toEqual(before.map(row => row.id))
  expect(after.map((row, i) => row.secret.equals(before[i]?.secret))).toEqual([false, true])
})

test('a name of a category that nobody gave is said each time, with what it leads to', async () => {
  await database.owner.query(`insert into category_names values ($1, 'x', 'noise', 'grievance', now())`, [
    tenant.id,
  ])
  const { out } = await rebuild()
  expect(out).toContain('category_names was noise (grievance), and by its events is nothing (not mended)')
  await database.owner.query(`delete from category_names where label = 'x'`)
})

test('what cannot be put right is said, each time, in Chinese too', async () => {
  await database.owner.query(
    `insert into units (tenant_id, id, path, name) values ($1, gen_random_uuid(), '{}', '{"en": "Ghost", "zh-CN": "幽灵"}')`,
    [tenant.id],
  )
  await database.owner.query(`update tenants set time_zone = 'Europe/Paris'`)
  expect((await rebuild()).out).toContain(
    'tenants.time_zone was Europe/Paris, and by its events is Asia/Shanghai (not',
  )
  await database.owner.query(`update tenants set time_zone = 'Asia/Shanghai'`)
  expect((await rebuild()).out).toMatch(/units\.[0-9a-f-]+ was .*Ghost.* \(not mended\)/)
  expect((await rebuild([], { LANG: 'zh_CN.UTF-8' })).out).toContain('1处差异，其中1处未修正')
})
