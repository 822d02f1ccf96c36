import type { Organisation } from '../org/reads.ts'
import { findCategory } from '../packs/rules.ts'
import type { Pack } from '../packs/schema.ts'
import type { T } from '../platform/i18n/translator.ts'
import type { Why } from './rules/routing.ts'

/** Why a case is with its unit, in one or two sentences: what "why here?" opens. */
export function whyHere(
  t: T,
  { unitId, why, category }: { unitId: string; why: Why; category: string },
  { pack, organisation }: { pack: Pack; organisation: Organisation },
): string {
  const unitName = (id: string) => organisation.units.get(id)?.name[t.lang] ?? ''
  const values = {
    unit: unitName(unitId),
    category: findCategory(pack, category)?.name[t.lang] ?? '',
    area: why.area?.[t.lang] ?? '',
  }
  // A unit chosen as the place may have no name of a place to show.
  const rule = why.rule === 'function-and-area' && !why.area ? 'function' : why.rule
  const because =
    rule === 'area' && !why.area ? t('cases.why.function', values) : t(`cases.why.${rule}`, values)
  const passed = (why.passedOver ?? []).map(unitName).filter(name => name !== '')
  if (passed.length === 0) return because
  const units = new Intl.ListFormat(t.lang, { type: 'conjunction' }).format(passed)
  return `${because} ${t('cases.why.passed-over', { units })}`
}
