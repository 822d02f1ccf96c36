import { describe, expect, test } from 'vitest'
import { listPacks } from '../packs/reads.ts'
import type { Lang } from '../platform/i18n/languages.ts'
import { translator } from '../platform/i18n/translator.ts'
import { buildMapping } from './build-mapping.ts'
import { loadMapping } from './load-mapping.ts'
import type { Mapping } from './mapping.ts'
import { rowReader } from './read-row.ts'

// What one row of a file becomes, or every fault of it, in words.

const pack = [...listPacks().values()][0]
if (!pack) throw new Error('no pack')
const names = ['key', 'created', 'closed', 'status', 'what', 'latitude', 'longitude']
const mapping = buildMapping({
  kind: 'cases',
  choice: Object.fromEntries(names.map(name => [name, name])),
  source: 'records',
  dateFormat: 'yyyy-MM-dd',
  timeZone: 'Asia/Shanghai',
  language: 'en',
  pack,
}) as Mapping

const model: Record<string, string> = { key: '1', created: '2026-01-05', what: 'The lamp is out' }

function read(row: Record<string, string>, by = mapping, lang: Lang = 'en') {
  const reading = { tenant: 1, pack: pack as never, now: Temporal.Instant.from('2026-03-02T01:00Z'), lang }
  const columns = Object.keys({ ...model, ...Object.fromEntries(names.map(name => [name, ''])), ...row })
  const result = rowReader(by, columns, { ...reading, findCategory: () => undefined })(
    columns.map(column => row[column] ?? model[column] ?? ''),
  )
  return 'faults' in result
    ? result.faults.map(({ column, text, values }) => `${column}: ${translator(lang)(text, values)}`)
    : result.case
}

describe('a place on the map', () => {
  test('is taken as degrees, or left out where neither is given', () => {
    expect(read({ latitude: '31.2304', longitude: '-121.4737' })).toMatchObject({
      place: { pin: { latitude: 31.2304, longitude: -121.4737 } },
    })
    expect(read({})).toMatchObject({ place: { address: '' } })
    expect(read({})).not.toHaveProperty('place.pin')
  })

  test.each([
    [{ latitude: '999', longitude: '121' }, ['latitude: “999” is no latitude.']],
    [{ latitude: '31', longitude: 'abc' }, ['longitude: “abc” is no longitude.']],
    [{ latitude: '31,2', longitude: '181' }, ['latitude: “31,2” is', 'longitude: “181” is']],
    [{ latitude: '31', longitude: '' }, ['longitude: There is a latitude and no longitude.']],
    [{ latitude: '', longitude: '121' }, ['latitude: There is a longitude and no latitude.']],
    [{ latitude: 'NaN', longitude: 'Infinity' }, ['latitude: “NaN”', 'longitude: “Infinity”']],
  ])('that is none is refused by its column: %j', (row, faults) => {
    expect(read(row)).toEqual(faults.map(one => expect.stringContaining(one)))
    const chinese = read(row, mapping, 'zh-CN') as string[]
    for (const one of chinese) expect(one).toMatch(/(不是[经纬]度|没有[经纬]度).*请/)
  })

  test('outside of what a mapping takes in is left out, as the mapping says', () => {
    const pin = { latitude: 'latitude', longitude: 'longitude' }
    const within = { south: 40, west: -75, north: 41, east: -73 }
    const narrow = { ...mapping, place: { pin: { ...pin, within } } }
    expect(read({ latitude: '31', longitude: '121' }, narrow)).not.toHaveProperty('place.pin')
    expect(read({ latitude: '310', longitude: '121' }, narrow)).toEqual([expect.stringContaining('“310”')])
  })
})

describe('a status', () => {
  test('that is empty is as if the file had no such column', () => {
    expect(read({ status: '' })).toMatchObject({ standing: { status: 'in-hand' } })
    expect(read({ status: '', closed: '2026-01-09' })).toMatchObject({ standing: { status: 'closed' } })
    // Also where an unknown one is no fault.
    const row = { status: '', closed: '2026-01-09' }
    expect(read(row, { ...mapping, refuse: [] })).toMatchObject({ standing: { status: 'closed' } })
  })

  test('that is empty is what a mapping says it is, where it does', () => {
    const status = { column: 'status', values: { '': 'filed' }, otherwise: 'in-hand' } as const
    expect(read({ status: '' }, { ...mapping, status })).toMatchObject({ standing: { status: 'filed' } })
  })

  test('that is not known is named, with a few that are, in the reader’s language', () => {
    expect(read({ status: 'lost' })).toEqual([
      'status: The status “lost” is not known. Write a known one, such as new, in progress, or closed.',
    ])
    expect(read({ status: '丢失' }, mapping, 'zh-CN')).toEqual([
      'status: 无法识别状态“丢失”。请改用已知的状态，如待受理、办理中或办结。',
    ])
    // What a file of a known system has it has in one language.
    const { status } = loadMapping('nyc311', String)
    for (const lang of ['en', 'zh-CN'] as const) {
      const [fault] = read({ Status: 'lost' }, { ...mapping, status }, lang) as string[]
      expect(fault).toMatch(/Assigned.*Pending.*Closed/)
    }
  })

  test.each(['en', 'zh-CN'] as const)('in %s speaks of no mapping, which a browser does not show', lang => {
    for (const reason of ['status', 'no-key', 'category'] as const) {
      const t = translator(lang)
      const values = { value: 'x', known: 'y' }
      const said = [t(`exchange.row.${reason}`, values), t(`exchange.reason.${reason}`)].join(' ')
      expect(said).not.toMatch(/mapping|映射|\bkey\b/i)
    }
  })
})
