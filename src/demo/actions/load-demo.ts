import { fileURLToPath } from 'node:url'
import { addToken } from '../../access/actions.ts'
import { contextFor } from '../../cases/context.ts'
import { importFile } from '../../exchange/actions/import-file.ts'
import { loadMapping } from '../../exchange/load-mapping.ts'
import { packKey } from '../../packs/load.ts'
import { packOf } from '../../packs/reads.ts'
import { movableClock, systemClock } from '../../platform/clock.ts'
import { createPool } from '../../platform/database/pool.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { createOffices } from '../../platform/http/parts.ts'
import type { Lang } from '../../platform/i18n/languages.ts'
import { translator } from '../../platform/i18n/translator.ts'
import type { Office } from '../../platform/office.ts'
import { holdTenant } from '../../platform/tenant-hold.ts'
import { type FoundingParts, foundTenant } from '../../setup/actions.ts'
import { storePhoto } from '../photo.ts'
import { playStories } from '../play.ts'
import { createScene } from '../scene.ts'
import { answeredStories } from '../stories/answered.ts'
import { everydayStories } from '../stories/everyday.ts'
import { inHandStories } from '../stories/in-hand.ts'
import { reviewStories } from '../stories/reviews.ts'
import { rightsStories } from '../stories/rights.ts'
import { demoEmail, demoPassword, demoStaff, demoToken } from '../town.ts'
import { createWhen } from '../when.ts'
import { buildTown } from './build-town.ts'

/** How long before now the demo begins: longer than its longest story. */
const beforeNow = { hours: 24 * 100 } as const

/**
 * Fills a tenant that was just founded with the demo town: units, staff with an account for each role, and some weeks of
 * cases in every state, made through the actions that people use, up to `now`. Nothing is sent for any of it.
 */
export async function loadDemo(parts: FoundingParts, office: Office, now = systemClock.now()): Promise<void> {
  const held = await holdTenant(parts.owner, office.tenant.id)
  // Some 1,500 commits: waiting for the disk at each takes longer than all the rest.
  const pool = createPool(parts.pool.options.connectionString ?? '', 2, { durable: false })
  try {
    const town = await buildTown(parts, office)
    await addToken(office, 'set-up', { name: 'Demo', scopes: ['open311'], token: demoToken })
    const clock = movableClock(now.subtract(beforeNow))
    const past = { ...office, clock, pool, quiet: true }
    const pack = packOf(office.tenant)
    const { timing } = await inSnapshot(office.pool, office.tenant.id, tx =>
      contextFor(past, tx, packKey(pack), now),
    )
    const when = createWhen(now, pack, timing)
    const scene = createScene(past, town, (id, wrapped, photo) =>
      storePhoto(parts.config.dataDir, past, id, wrapped, photo),
    )
    const stories = [
      ...everydayStories(when),
      ...answeredStories(when),
      ...reviewStories(when),
      ...rightsStories(when),
      ...inHandStories(when),
    ]
    await playStories(past, scene, stories, now, parts.log)
    await importExcerpt(past, now)
  } finally {
    await pool.end()
    await held.release()
  }
}

/** Founds the demo town on an empty installation. */
export async function foundDemo(
  parts: Omit<FoundingParts, 'clock' | 'offices'>,
  language: Lang,
  now = systemClock.now(),
): Promise<void> {
  // Founded before its first case, with rules that are usual where its visitors are.
  const clock = movableClock(now.subtract(beforeNow))
  const offices = createOffices(parts.pool, clock, parts.rootKey)
  const founding = { ...parts, clock, offices }
  const administrator = demoStaff.find(one => one.key === 'administrator')?.name ?? ''
  const office = await foundTenant(founding, {
    name: { en: 'Willow Town', 'zh-CN': '柳镇' },
    language,
    timeZone: 'Asia/Shanghai',
    packId: language === 'zh-CN' ? 'cn-2022' : 'generic',
    administrator: {
      name: administrator,
      email: demoEmail('administrator'),
      password: demoPassword,
      handlesCases: false,
    },
    demo: true,
  })
  await loadDemo(founding, office, now)
}

/** Sixty real records of another city, moved to the months before now and to the units that would handle such cases here. */
async function importExcerpt(office: Office, now: Temporal.Instant): Promise<void> {
  const mapping = loadMapping('nyc311', String)
  // A source of its own, so that the whole file can still be imported beside it.
  const { unit, ...rest } = { ...mapping, id: 'nyc311-excerpt' }
  const newest = Temporal.Instant.from('2011-11-03T00:00:00Z')
  const path = fileURLToPath(new URL('../material/nyc-311-excerpt.csv', import.meta.url))
  await importFile(office, unit ? { ...rest, unit: { ...unit, otherwise: 'by-rule' } } : rest, path, {
    t: translator('en'),
    shiftDays: Math.floor(now.since(newest, { largestUnit: 'hours' }).hours / 24) - 10,
  })
}
