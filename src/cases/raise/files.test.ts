import { describe, expect, test } from 'vitest'
import { testApp } from '../../../test/support/app.ts'
import { testDatabase } from '../../../test/support/database.ts'
import { testOffice } from '../../../test/support/office.ts'
import { answerAll, send } from '../../../test/support/resident.ts'
import { upload } from '../../../test/support/upload.ts'
import { visitor } from '../../../test/support/visitor.ts'
import { q } from '../../platform/database/query.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { pdf, phonePhoto } from '../../platform/files/fixtures/documents.ts'
import { findCase, openParty } from '../reads.ts'

const database = await testDatabase()
const office = await testOffice(database)
const { app } = await testApp(database, office.clock)

let addresses = 0
const newBrowser = () => visitor(app, { address: `198.51.100.${++addresses}` })

async function caseOf(receiptPage: string) {
  const number = /\d{4}-\d{6}-\d/.exec(receiptPage)?.[0] ?? ''
  return inSnapshot(office.pool, office.tenant.id, async tx => {
    const { id } = await tx.one(q.selectFrom('cases').select('id').where('number', '=', number))
    const record = await findCase(office, tx, id)
    if (!record) throw new Error('no such case')
    return { record, party: await openParty(office, tx, id) }
  })
}

describe('photos and documents', () => {
  test('are added in turn, shown small, removed, and become the case’s', async () => {
    const browser = newBrowser()
    await answerAll(browser)
    const content = await phonePhoto()
    const added = await upload(
      app,
      browser,
      '/raise/files',
      [{ field: 'files', name: 'hole.jpg', content }],
      { do: 'add' },
    )
    expect(added.headers.location).toBe('/raise/files?done=added')
    const more = await upload(app, browser, '/raise/files', [
      { field: 'files', name: 'letter.pdf', content: pdf() },
      { field: 'files', name: 'other.pdf', content: pdf() },
    ])
    expect(more.headers.location).toBe('/raise/you')
    const page = await browser.get('/raise/files')
    const [, picture = ''] = /src="(\/raise\/files\/[^"]+)"/.exec(page.body) ?? []
    const small = await browser.get(picture)
    expect(small.headers['content-type']).toBe('image/webp')
    expect((await newBrowser().get(picture)).statusCode).toBe(404)
    const removable = [...page.body.matchAll(/name="file" value="([^"]+)"/g)].map(([, id = '']) => id)
    expect(removable).toHaveLength(3)
    const removed = await browser.post('/raise/files/remove', { file: removable[2] ?? '' })
    expect(removed.headers.location).toBe('/raise/files?done=removed')
    await send(browser)
    const { record } = await caseOf((await browser.get('/raise/receipt')).body)
    const documents = record.events.filter(event => event.type === 'document.added')
    expect(documents.map(event => event.text?.name)).toEqual(['hole.jpg', 'letter.pdf'])
    expect(documents.map(event => event.data.thumbnail)).toEqual([true, false])
  })

  test('that cannot be taken are refused by name, with the kinds that can, and the others stay', async () => {
    const browser = newBrowser()
    await browser.post('/raise/kind', { kind: 'hazard' })
    const page = await upload(app, browser, '/raise/files', [
      { field: 'files', name: 'good.pdf', content: pdf() },
      { field: 'files', name: 'tool.exe', content: Buffer.from('MZ nothing good') },
    ])
    expect(page.statusCode).toBe(422)
    expect(page.body).toContain('“tool.exe” is not a kind of file we can take')
    expect(page.body).toContain('PDF, DOCX')
    expect(page.body).toContain('good.pdf')
    const none = await upload(app, browser, '/raise/files', [], { do: 'add' })
    expect(none.body).toContain('Choose a file first')
  })

  test('are at most ten, also when two windows add at once', async () => {
    const browser = newBrowser()
    await browser.post('/raise/kind', { kind: 'hazard' })
    const six = Array.from({ length: 6 }, (_, i) => ({ field: 'files', name: `${i}.pdf`, content: pdf() }))
    await Promise.all([upload(app, browser, '/raise/files', six), upload(app, browser, '/raise/files', six)])
    const page = await browser.get('/raise/files')
    expect([...page.body.matchAll(/name="file" value=/g)]).toHaveLength(10)
    const full = await upload(app, browser, '/raise/files', [
      { field: 'files', name: 'eleventh.pdf', content: pdf() },
    ])
    expect(full.body).toContain('“eleventh.pdf” was not added')
  })
})
