import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listPacks } from '../packs/reads.ts'
import { findCategory, leafCategories } from '../packs/rules.ts'
import { listMappings, loadMapping, parseMapping } from './load-mapping.ts'
import { columnsOf, mappingJsonSchema } from './mapping.ts'

const folder = join(import.meta.dirname, '../../imports')
const text = (name: string) => readFileSync(join(folder, name), 'utf8')

test('the published schema is the one that mappings are checked by', () => {
  expect(JSON.parse(text('mapping.schema.json'))).toEqual(JSON.parse(JSON.stringify(mappingJsonSchema())))
})

test('every mapping that comes with the product knows only categories that every pack has', () => {
  for (const name of listMappings()) {
    const { category } = loadMapping(name, String)
    for (const pack of listPacks().values()) {
      const leaves = leafCategories(pack).map(one => one.code)
      for (const wanted of [...Object.values(category.values), category.otherwise]) {
        expect(leaves).toContain(wanted.category)
        if (wanted.kind) expect(findCategory(pack, wanted.category)?.kinds).toContain(wanted.kind)
      }
    }
  }
})

test('a mapping that cannot be used names every fault with its path', () => {
  const faulty = JSON.parse(text('nyc311.json'))
  faulty.dates.timeZone = 'Mars/Crater'
  faulty.dates.format = 'MM/dd'
  faulty.status.values.Closed = 'done'
  delete faulty.key
  const message = (() => {
    try {
      parseMapping(JSON.stringify(faulty), 'mine.json')
    } catch (error) {
      return (error as Error).message
    }
    return ''
  })()
  for (const part of [
    'mine.json',
    'dates.timeZone: a time zone',
    'dates.format: yyyy',
    'status.values.Closed',
    'key:',
  ])
    expect(message).toContain(part)
  expect(() => parseMapping('{', 'mine.json')).toThrow('mine.json')
  expect(() => loadMapping('nowhere', known => `only ${known}`)).toThrow('only nyc311')
})

test('the columns a mapping reads are known before the first row', () => {
  const columns = columnsOf(loadMapping('nyc311', String))
  expect(columns).toEqual(
    expect.arrayContaining(['Unique Key', 'Descriptor', 'Intersection Street 2', 'Agency Name']),
  )
  expect(new Set(columns).size).toBe(columns.length)
})
