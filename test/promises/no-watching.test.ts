import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { jobsOf } from '../../src/app.ts'
import { testApp } from '../support/app.ts'
import { fileOne } from '../support/cases.ts'
import { testDatabase } from '../support/database.ts'
import { offences } from '../support/forbidden.ts'
import { testOffice } from '../support/office.ts'
import { listRoutes } from '../support/routes.ts'
import { giveTestPassword, signedInVisitor, visitor } from '../support/visitor.ts'

// Promise 3: no watch lists, no visits scheduled on a person, no location of a person. What the schema, the events and
// the forms could hold of it is looked at in forbidden-fields.test.ts.

const database = await testDatabase()
const { owner } = database
const office = await testOffice(database)
const { app, parts } = await testApp(database, office.clock)
const root = join(import.meta.dirname, '../..')

describe('a position', () => {
  test('is that of the problem, sealed with it, and nowhere else', async () => {
    const pin = { latitude: 31.234567, longitude: 121.456789 }
    await fileOne(office, { place: { address: 'By the bridge', pin } })
    const { rows: tables } = await owner.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname in ('public', 'auth') or tablename like '\\_private\\_%'`,
    )
    for (const { name } of tables) {
      const { rows } = await owner.query(`select from ${name} t where t::text ~ '31\\.2345|121\\.4567'`)
      expect(rows, name).toEqual([])
    }
  })

  test('of whoever browses, files or signs in is not kept', async () => {
    await giveTestPassword(parts, office, office.staff.lead)
    const address = '198.51.100.77'
    const staff = await signedInVisitor(app, 'lead@example.org', { address })
    await staff.get('/cases')
    await visitor(app, { address }).post('/sign-in', {
      email: 'lead@example.org',
      password: 'wrong wrong wrong',
    })
    const resident = visitor(app, { address })
    await resident.post('/raise/kind', { kind: 'hazard' })
    await resident.post('/follow', { number: '2026-000001-1', code: '1234 5678 9012 3456' })
    const { rows: sessions } = await owner.query('select "ipAddress" as address from auth."session"')
    expect(sessions).toEqual([{ address: '' }])
    const { rows: tables } = await owner.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'auth')`,
    )
    for (const { name } of tables)
      expect((await owner.query(`select from ${name} t where t::text ~ '198[.]51'`)).rowCount, name).toBe(0)
  })

  test('is asked of a browser only when a person presses the button for it, once', () => {
    const scripts = globSync('src/ui/assets/**/*.ts', {
      cwd: root,
      exclude: path => path.endsWith('.test.ts'),
    })
    const code = scripts.map(path => readFileSync(join(root, path), 'utf8')).join('\n')
    expect(code).not.toContain('watchPosition')
    expect(code.match(/getCurrentPosition/g)).toHaveLength(1)
    // The script that asks sends nothing: what the fields hold goes with the form. No other sends to another site.
    const asking = scripts
      .map(path => readFileSync(join(root, path), 'utf8'))
      .filter(text => text.includes('getCurrentPosition'))
    expect(asking.join()).not.toMatch(/\bfetch\(|requestSubmit|[.]submit\(/)
    expect(code).not.toMatch(/XMLHttpRequest|sendBeacon|WebSocket|EventSource|new Image\(|https?:\/\//)
  })
})

test('pages bring nothing in from elsewhere that could tell of who reads them', async () => {
  const pages = await Promise.all(
    ['/', '/raise/kind', '/follow', '/verify', '/sign-in'].map(path => visitor(app).get(path)),
  )
  for (const page of pages) {
    expect(page.statusCode).toBe(200)
    const loaded = [
      ...page.body.matchAll(
        /<(?:script|img|link|iframe|source|video|audio|object|embed)[^>]*\s(?:src|href)="([^"]+)"/g,
      ),
    ]
    expect(loaded.map(([, address]) => address).filter(address => !address?.startsWith('/assets/'))).toEqual(
      [],
    )
    expect(page.headers['content-security-policy']).toContain("default-src 'self'")
    expect(page.headers['referrer-policy']).toBe('same-origin')
  }
})

test('a resident who only looks is given no cookie to be known by again', async () => {
  const reader = visitor(app)
  for (const path of ['/', '/raise', '/follow', '/verify', '/promises', '/contact']) await reader.get(path)
  expect([...reader.cookies.keys()]).toEqual([])
})

test('nothing in the background, and no address, is about watching', async () => {
  const tasks = jobsOf(parts).flatMap(jobs => Object.keys(jobs.tasks))
  const paths = (await listRoutes(app)).map(route => route.path)
  expect(tasks.length).toBeGreaterThan(5)
  expect(offences([...tasks, ...paths])).toEqual([])
  expect(tasks.filter(task => /visit|person|people|resident|scan|crawl/.test(task))).toEqual([])
})
