import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadPacks, newestPack, PackError, parsePack } from './load.ts'
import { type Pack, packJsonSchema } from './schema.ts'

const packs = loadPacks()

test('the three packs that come with the product are valid', () => {
  expect([...packs.keys()]).toEqual(['cn-2022@1', 'cn-hotline-example@1', 'generic@1'])
})

test('the published schema is the one that packs are checked by', () => {
  const published = readFileSync(join(import.meta.dirname, '../../packs/pack.schema.json'), 'utf8')
  expect(JSON.parse(published)).toEqual(JSON.parse(JSON.stringify(packJsonSchema())))
})

test('every fault of a pack is named with its path, all at once', () => {
  const faults = faultsOf(pack => {
    set(pack, ['deadlines', 2, 'length', 'n'], 'five')
    set(pack, ['categories', 1, 'name', 'zh-CN'], undefined)
    set(pack, ['name', 'en'], ' ')
    set(pack, ['templates', 'answered'], undefined)
    set(pack, ['invented'], 1)
  })
  expect(faults).toHaveLength(5)
  for (const path of ['deadlines[2].length.n', 'categories[1].name.zh-CN', 'name.en', 'templates.answered']) {
    expect(faults.filter(fault => fault.startsWith(`${path}: `))).toHaveLength(1)
  }
  expect(faults.join()).toContain('invented')
})

const crossFaults: [string, (pack: Pack) => void, string][] = [
  [
    'a category under one that is not there',
    p => set(p, ['categories', 1, 'parent'], 'x'),
    'categories[1].parent',
  ],
  [
    'a category above itself',
    p => set(p, ['categories', 0, 'parent'], 'road-damage'),
    'categories[0].parent',
  ],
  ['a category code used twice', p => set(p, ['categories', 2, 'code'], 'road-damage'), 'categories[2].code'],
  ['a deadline id used twice', p => set(p, ['deadlines', 1, 'id'], 'acknowledge'), 'deadlines[1].id'],
  ['silence by a deadline that is not there', p => set(p, ['silence', 'deadline'], 'x'), 'silence.deadline'],
  [
    'review by the wrong deadline',
    p => set(p, ['review', 'tiers', 0, 'decide'], 'answer'),
    'review.tiers[0].decide',
  ],
  [
    'a deadline for a category that is not there',
    p => set(p, ['deadlines', 0, 'appliesTo'], { categories: ['x'] }),
    'deadlines[0].appliesTo.categories[0]',
  ],
  [
    'two rules for the same cases',
    p => p.deadlines.push({ ...first(p), id: 'again' }),
    'deadlines[15].appliesTo',
  ],
  [
    'cases that nobody would have to answer',
    p => set(p, ['deadlines', 5, 'appliesTo'], { urgency: ['urgent'] }),
    'deadlines',
  ],
  [
    'a decision that does not say where else to turn',
    p => set(p, ['templates', 'answered', 'body', 'en'], '{number} {link} {lead} {reviewRight}'),
    'templates.answered.en',
  ],
  [
    'a placeholder without meaning',
    p => set(p, ['templates', 'closed', 'subject', 'en'], '{who}'),
    'templates.closed.en',
  ],
  [
    'reminders after the window has closed',
    p => set(p, ['deadlines', 9, 'reminders', 1, 'n'], 14),
    'deadlines[9].reminders[1].n',
  ],
  ['an afternoon before the morning', p => set(p, ['hours', 'afternoon', 0], '08:00'), 'hours'],
  [
    'a kind that no category takes',
    p => {
      for (const category of p.categories) category.kinds = ['grievance']
    },
    'categories',
  ],
]

test.each(crossFaults)('a pack with %s is refused', (_, spoil, path) => {
  expect(faultsOf(spoil).some(fault => fault.startsWith(`${path}: `))).toBe(true)
})

test('a folder of packs is loaded whole or refused with each faulty file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'packs-'))
  const generic = packs.get('generic@1')
  writeFileSync(join(folder, 'generic@1.json'), JSON.stringify(generic))
  writeFileSync(join(folder, 'generic.json'), JSON.stringify({ ...generic, version: 2 }))
  const both = loadPacks(folder)
  expect([...both.keys()].sort()).toEqual(['generic@1', 'generic@2'])
  expect(newestPack(both, 'generic')?.version).toBe(2)
  expect(newestPack(both, 'no-such')).toBeUndefined()

  writeFileSync(join(folder, 'broken.json'), '{')
  writeFileSync(join(folder, 'twice.json'), JSON.stringify(generic))
  writeFileSync(join(folder, 'wrong.json'), JSON.stringify({ ...generic, id: 'Not A Code' }))
  expect(() => loadPacks(folder)).toThrow(/broken\.json.*twice\.json: generic@1 .*wrong\.json: id/s)
})

function faultsOf(spoil: (pack: Pack) => void): string[] {
  const pack = structuredClone(packs.get('generic@1')) as Pack
  spoil(pack)
  try {
    parsePack(JSON.parse(JSON.stringify(pack)), 'spoilt')
  } catch (error) {
    if (error instanceof PackError) return error.faults
    throw error
  }
  return []
}

function first(pack: Pack) {
  const [rule] = pack.deadlines
  if (rule === undefined) throw new Error('no deadline')
  return rule
}

function set(target: object, path: (string | number)[], value: unknown): void {
  const last = path.at(-1) ?? ''
  let at = target as Record<string | number, unknown>
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>
  at[last] = value
}
