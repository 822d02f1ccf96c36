import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { caseEventTypes } from '../../src/cases/rules/evolve.ts'
import { packJsonSchema } from '../../src/packs/schema.ts'
import { readTexts } from '../../src/platform/i18n/translator.ts'
import { unwrapDataKey } from '../../src/platform/sealing/keys.ts'
import { openSealed, type RecordedEvent } from '../../src/platform/stream.ts'
import { testApp } from '../support/app.ts'
import { testDatabase } from '../support/database.ts'
import { offences, wordsOf } from '../support/forbidden.ts'
import { testOffice } from '../support/office.ts'
import { listRoutes, pathWith } from '../support/routes.ts'
import { giveTestPassword, signedInVisitor, type Visitor, visitor } from '../support/visitor.ts'
import { changeOrganisation, liveThrough } from '../support/whole-life.ts'

// Promises 2 and 3: no field for what is nobody's business, and nothing that watches people. The policy packs have a
// test of their own beside them (src/packs/promises.test.ts).

const root = join(import.meta.dirname, '../..')
const database = await testDatabase()
const { owner } = database
const office = await testOffice(database)
const { app, parts } = await testApp(database, office.clock)

beforeAll(async () => {
  await changeOrganisation(office)
  await liveThrough(office, {
    party: { name: 'Robin Example', email: 'robin@example.org', phone: '555 0100' },
  })
})

test('the lists find what they are for and let innocents pass', () => {
  const found = [
    'religion',
    'ethnicGroup',
    'party_member',
    'health-status',
    'householdRegistration',
    'hukou',
    'watch_list',
  ]
  found.push(
    'lastSeen',
    'riskScore',
    '民族',
    '政治面貌',
    '户籍',
    '重点人员',
    '行踪轨迹',
    '健康状况',
    '布控',
    'birthDate',
  )
  expect(offences(found)).toHaveLength(found.length)
  const innocent = [
    'position',
    'place',
    'language',
    'partyNamed',
    'health and safety',
    'follow',
    '民意',
    '病媒',
  ]
  expect(offences(innocent)).toEqual([])
})

describe('there is no place for it', () => {
  test('in the schema', async () => {
    const { rows } = await owner.query<{ place: string }>(
      `select format('%s %s', table_name, column_name) as place from information_schema.columns
       where table_schema in ('public', 'auth')`,
    )
    expect(rows.length).toBeGreaterThan(100)
    expect(offences(rows.map(row => row.place))).toEqual([])
  })

  test('among the types of events, in the program or in the record', async () => {
    const sources = globSync('src/**/*.ts', { cwd: root, exclude: path => path.endsWith('.test.ts') })
    const code = sources.map(path => readFileSync(join(root, path), 'utf8')).join('\n')
    const written = [...code.matchAll(/\btype: '([a-z-]+\.[a-z-]+)'/g)].map(([, type]) => type ?? '')
    const { rows } = await owner.query<{ type: string }>('select distinct type from events')
    const types = new Set([...written, ...caseEventTypes, ...rows.map(row => row.type)])
    expect(types.size).toBeGreaterThan(45)
    expect(offences(types)).toEqual([])
  })

  test('in what the record says in the open', async () => {
    const { rows } = await owner.query<{ type: string; data: unknown }>('select type, data from events')
    const keys = new Set(rows.flatMap(row => wordsOf(row.data)))
    expect(keys.size).toBeGreaterThan(50)
    expect(offences(keys)).toEqual([])
    // Every type that a case can have is among them, but for those that only an import, another server or
    // retention writes.
    const seen = new Set(rows.map(row => row.type))
    const absent = caseEventTypes.filter(type => !seen.has(type))
    expect(absent.toSorted()).toEqual([
      'case.imported',
      'copy.taken',
      'party.contact-confirmed',
      'redirect.ended',
      'retention.ended',
    ])
  })

  test('in what a case keeps', async () => {
    const { rows } = await owner.query<{ state: unknown }>('select state from cases')
    expect(offences(new Set(rows.flatMap(row => wordsOf(row.state))))).toEqual([])
  })

  test('in what is sealed: of a resident it is name, e-mail address and telephone number, and no more', async () => {
    const { rows } = await owner.query<RecordedEvent & { stream: string; wrapped: Buffer }>(
      `select e.stream_id as stream, e.seq, e.type, e.sealed, k.wrapped from events e
       join stream_keys k using (tenant_id, stream_id) join cases c on c.id = e.stream_id where sealed is not null`,
    )
    const keys = new Map<string, Set<string>>()
    for (const row of rows) {
      const stream = { id: row.stream, key: unwrapDataKey(office.key, row.wrapped, row.stream) }
      const opened = openSealed(office.tenant.id, stream, row)
      keys.set(row.type, (keys.get(row.type) ?? new Set()).union(new Set(wordsOf(opened))))
    }
    const listed = Object.fromEntries(
      [...keys].map(([type, names]) => [type, [...names].toSorted().join(' ')]),
    )
    expect(listed).toEqual({
      'answer.corrected': 'asked facts parts reasons rule why',
      'answer.extended': 'text',
      'answer.given': 'asked facts parts reasons rule',
      'case.declined': 'text',
      'case.filed': 'aboutNamed address masked place wanted what',
      'case.reopened': 'text',
      'case.withdrawn': 'text',
      'copy.sent': 'notice',
      'document.added': 'name',
      'identity.opened': 'purpose',
      'information.asked': 'text',
      'information.given': 'text',
      'message.sent': 'text',
      'note.added': 'text',
      'party.named': 'email name phone',
      'recusal.added': 'text',
      'redirect.proposed': 'text',
      'redirect.refused': 'text',
      'remedy.done': 'text',
      'review.asked': 'text',
    })
  })

  test('in the format of a policy pack, or of a mapping of foreign records', () => {
    expect(offences(wordsOf(packJsonSchema()))).toEqual([])
    const mappings = globSync('imports/*.json', { cwd: root }).map(path =>
      readFileSync(join(root, path), 'utf8'),
    )
    expect(mappings.length).toBeGreaterThan(0)
    for (const mapping of mappings) {
      const parsed = JSON.parse(mapping)
      // What the source calls its things is its own; what they become here is ours.
      const { category, ...rest } = parsed
      const made = Object.values(category?.values ?? {}).flatMap(value => wordsOf(value, true))
      expect(offences([...wordsOf({ ...rest, status: undefined }), ...made])).toEqual([])
    }
  })

  test.each(['en', 'zh-CN'] as const)('among the names of texts, or in the words of a form (%s)', lang => {
    const texts = readTexts(lang)
    expect(offences(texts.keys())).toEqual([])
    const forms = ['raise', 'reception', 'follow', 'staff', 'org', 'identity', 'setup', 'files']
    const words = [...texts]
      .filter(([key]) => forms.includes(key.split('.')[0] ?? ''))
      .map(([, text]) => text)
    expect(words.length).toBeGreaterThan(200)
    expect(offences(words)).toEqual([])
  })
})

describe('no page asks for it', () => {
  type Asked = { fields: Set<string>; labels: Set<string> }

  /** The fields of a page, and what they are called. */
  function read(body: string, into: Asked) {
    const main = body.slice(body.indexOf('<main'), body.indexOf('</main>'))
    for (const [, name = ''] of main.matchAll(/<(?:input|select|textarea|button)[^>]*\sname="([^"]+)"/g))
      into.fields.add(name)
    for (const [, text = ''] of main.matchAll(
      /<(?:label|legend|option)[^>]*>([\s\S]*?)<\/(?:label|legend|option)>/g,
    ))
      into.labels.add(text.replace(/<[^>]*>/g, ' ').trim())
  }

  async function crawl(browser: Visitor, values: Record<string, string[]>, into: Asked) {
    let pages = 0
    for (const route of await listRoutes(app)) {
      if (!route.methods.includes('GET')) continue
      const [, name = ''] = /:(\w+)$/.exec(route.path) ?? []
      const number = values['number']?.[0] ?? ''
      for (const last of values[name] ?? ['']) {
        const path = pathWith(route, one => (one === name ? last : one === 'number' ? number : ''))
        for (const lang of ['en', 'zh-CN']) {
          const page = await browser.get(path, { 'accept-language': lang })
          if (page.statusCode !== 200 || !String(page.headers['content-type']).startsWith('text/html'))
            continue
          read(page.body, into)
          pages++
        }
      }
    }
    return pages
  }

  const steps = ['kind', 'category', 'what', 'where', 'files', 'you', 'contact', 'about']

  test('of a resident', async () => {
    const browser = visitor(app)
    const asked: Asked = { fields: new Set(), labels: new Set() }
    await browser.post('/raise/kind', { kind: 'hazard' })
    expect(await crawl(browser, { step: steps }, asked)).toBeGreaterThan(20)
    const known =
      'kind category what wanted address area latitude longitude protection name email phone own unit named retaliation'
    const more = 'files find do number code key lang _language file next password' // how one gets there, not about anybody
    const allowed = new Set([...known.split(' '), ...more.split(' ')])
    expect([...asked.fields].filter(field => !allowed.has(field))).toEqual([])
    for (const field of known.split(' ')) expect(asked.fields).toContain(field)
    // What the packs call their categories is looked at beside them, with the words of the law let pass.
    expect(offences(asked.labels)).toEqual([])
  })

  test('of staff', async () => {
    await giveTestPassword(parts, office, office.staff['unit-head'])
    await giveTestPassword(parts, office, office.staff.administrator)
    const { rows } = await owner.query<{ number: string }>(
      `select number from cases where status = 'filed' limit 1`,
    )
    const [row] = rows
    const action = [
      'accept',
      'decline',
      'propose-redirect',
      'assign',
      'send-message',
      'add-note',
      'add-document',
      'recuse',
    ]
    const asked: Asked = { fields: new Set(), labels: new Set() }
    let pages = 0
    for (const role of ['unit-head', 'administrator']) {
      const browser = await signedInVisitor(app, `${role}@example.org`)
      const values = {
        number: [row?.number ?? ''],
        action,
        id: [...Object.values(office.units), office.staff.lead],
      }
      pages += await crawl(browser, values, asked)
    }
    expect(pages).toBeGreaterThan(20)
    expect(asked.fields.size).toBeGreaterThan(15)
    expect(offences(asked.fields)).toEqual([])
    expect(offences(asked.labels)).toEqual([])
  })
})
