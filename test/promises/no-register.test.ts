import { beforeAll, describe, expect, test } from 'vitest'
import { testApp } from '../support/app.ts'
import { fileOne } from '../support/cases.ts'
import { testDatabase } from '../support/database.ts'
import { testOffice } from '../support/office.ts'
import { listRoutes } from '../support/routes.ts'
import { registerOf } from '../support/tables.ts'
import { giveTestPassword, signedInVisitor, type Visitor } from '../support/visitor.ts'

// Promise 1: a person exists only as a party of a case. Nothing lists, searches, counts, links or scores people.

const database = await testDatabase()
const { owner } = database
const office = await testOffice(database)
const { app, parts } = await testApp(database, office.clock)
const routes = await listRoutes(app)

/** How people write what they are known by. */
const written = {
  phone: [
    '13800138000',
    '138 0013 8000',
    '138-0013-8000',
    '138.0013.8000',
    '138–0013–8000',
    '138·0013·8000',
    '138_0013_8000',
    '138/0013/8000',
    '138,0013,8000',
    '１３８００１３８０００',
    '138－0013－8000',
    '138．0013．8000',
    '+86 138 0013 8000',
    '0086-13800138000',
    '(020) 7946-0958',
    '020 7946 0958',
    '555-1234',
    '一三八零零一三八零零零',
    '幺三八〇〇幺三八〇〇〇',
  ],
  email: [
    'robin@example.org',
    'ROBIN@EXAMPLE.ORG',
    'robin＠example.org',
    'robin @ example.org',
    'mailto:robin@example.org',
    '<robin@example.org>',
  ],
  identity: [
    '110101199003071234',
    '11010119900307123X',
    '110101 19900307 123x',
    '110101-19900307-1234',
    '１１０１０１１９９００３０７１２３４',
    'E12345678',
    'A123456(7)',
    'AB 12 34 56 C',
    'AB123456C',
    '123-45-6789',
  ],
}
const known = Object.values(written).flat()

const resident = { name: 'Quillon Abernathy', email: 'quillon@example.org', phone: '138 0013 8000' }
let staff: Visitor

beforeAll(async () => {
  await giveTestPassword(parts, office, office.staff.auditor)
  await giveTestPassword(parts, office, office.staff['unit-head'])
  staff = await signedInVisitor(app, 'auditor@example.org')
})

/** The numbers of the cases that a page shows. */
const casesOn = (body: string) => [...new Set(body.match(/\b2026-\d{6}-\d\b/g))].toSorted()

async function search(typed: string, by = staff): Promise<string[]> {
  const page = await by.get(`/cases?tab=all&sort=-filed&q=${encodeURIComponent(typed)}`)
  if (page.statusCode === 303) return casesOn(String(page.headers.location))
  expect(page.statusCode).toBe(200)
  return casesOn(page.body.slice(page.body.indexOf('<main')))
}

describe('word search', () => {
  test('finds a case by what happened and where', async () => {
    const { number } = await fileOne(office, {
      what: 'The weathercock fell.',
      place: { address: '12 Willow Street' },
    })
    for (const words of ['weathercock', 'weathercocks', 'Willow Street', '12 Willow'])
      expect(await search(words), words).toContain(number)
  })

  test('never by the name, telephone number or e-mail address of who raised it', async () => {
    const { number } = await fileOne(office, { party: resident, what: 'The pergola leans.' })
    expect(await search('pergola')).toEqual([number])
    const { name, email, phone } = resident
    for (const words of [
      name,
      'Quillon',
      'Abernathy',
      'Q**',
      email,
      phone,
      'quillon example.org',
      '13800138000',
    ])
      expect(await search(words), words).toEqual([])
  })

  test('nor by their name where they have written it into the text themselves', async () => {
    const party = { name: '王小明', email: 'wang@example.org' }
    const what = '我叫王小明，隔壁的藤架倒了。王 小明，谢谢。'
    const { number } = await fileOne(office, { party, what, language: 'zh-CN' })
    expect(await search('藤架')).toEqual([number])
    expect(await search('王小明')).toEqual([])
    const latin = await fileOne(office, {
      party: resident,
      what: 'I, Quillon  Abernathy, saw the cupola burn.',
    })
    expect(await search('cupola')).toEqual([latin.number])
    expect(await search('Quillon Abernathy')).toEqual([])
  })

  test.each(known)('nor by %s, written so in the text of a case', async typed => {
    const { number } = await fileOne(office, {
      what: `The gazebo is gone. Ask ${typed} about it; it was ours.`,
    })
    expect(await search('gazebo')).toContain(number)
    expect(await search(typed)).toEqual([])
    // Beside a word it changes nothing either.
    expect(await search(`gazebo ${typed}`)).toEqual(await search('gazebo'))
    const { rows } = await owner.query<{ word: string }>(
      `select unnest(tsvector_to_array(words)) as word from case_texts join cases on cases.id = case_id where number = $1`,
      [number],
    )
    const words = rows.map(row => row.word).filter(word => /\d|robin|example|[零〇三八]/.test(word))
    expect(words.filter(word => word !== '12')).toEqual([])
  })
})

describe('no address of the product', () => {
  test('takes what a person is known by and answers with their cases', async () => {
    const { number } = await fileOne(office, { party: resident })
    const names = [
      'q',
      'name',
      'email',
      'phone',
      'contact',
      'person',
      'party',
      'resident',
      'who',
      'search',
      'number',
      'id',
    ]
    for (const { methods, path } of routes) {
      if (!methods.includes('GET') || path.includes(':')) continue
      const shown = async (value: string) => {
        const query = new URLSearchParams(names.map(name => [name, value]))
        const page = await staff.get(`${path}?${query}`)
        return casesOn(page.body + page.headers.location)
      }
      const nobody = await shown('Zebedee Nobody')
      for (const value of Object.values(resident)) expect(await shown(value), path).toEqual(nobody)
      expect(nobody, path).not.toContain(number)
    }
  })

  test('is about people, but for staff', () => {
    const words =
      /person|people|resident|citizen|part(y|ies)|contact|complainant|petitioner|visitor|profile|history-of|lookup|directory/
    expect(routes.map(route => route.path).filter(path => words.test(path))).toEqual(['/contact'])
  })
})

describe('the schema', () => {
  test('has no table whose rows are persons, but for staff', async () => {
    const { rows } = await owner.query<{ name: string }>(
      `select format('%s.%s', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema', 'graphile_worker') order by 1`,
    )
    expect(rows.map(row => row.name.replace(/^public\./, '')).toSorted()).toEqual(
      Object.keys(registerOf).toSorted(),
    )
  })

  test('keeps names, addresses and numbers of people of staff alone, and no key is on those of anybody else', async () => {
    const { rows } = await owner.query<{ place: string }>(
      `select format('%s.%s.%s', table_schema, table_name, column_name) as place from information_schema.columns
       where table_schema not in ('pg_catalog', 'information_schema', 'graphile_worker') and column_name ~* $1 order by 1`,
      [
        'name|mail|phone|mobile|contact|address|person|party|resident|birth|gender|sex|(^|_)age$|identity|passport|photo|image',
      ],
    )
    expect(rows.map(row => row.place)).toEqual([
      'auth.session.ipAddress', // always empty: see no-watching.test.ts
      'auth.user.email', // <staff id>@staff.invalid
      'auth.user.emailVerified',
      'auth.user.image',
      'auth.user.name',
      'migration.history.name',
      'public.staff.email',
      'public.staff.name',
      'public.tenants.name',
      'public.units.name',
    ])
    const { rows: indexes } = await owner.query<{ def: string }>(
      `select indexdef as def from pg_indexes where schemaname in ('public', 'auth') and indexdef ~* $1`,
      ['\\m(name|email|phone|contact|party|sealed)\\M|sealed|->'],
    )
    expect(indexes.map(({ def }) => def.replace(/^.* ON /, '').replace(' USING btree', ''))).toEqual([
      'public.staff (tenant_id, email)',
      'auth."user" (email)',
    ])
  })
})
