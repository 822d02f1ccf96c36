import type { Lang } from '../platform/i18n/languages.ts'

let zones: readonly string[] | undefined

/** Every time zone by its IANA name, as this Node.js knows them, and UTC. */
export function timeZones(): readonly string[] {
  zones ??= [...Intl.supportedValuesOf('timeZone').filter(zone => zone.includes('/')), 'UTC']
  return zones
}

/** The zones by the part of the world they are in, as a list of choices shows them. */
export function timeZoneGroups(): { group: string; options: { value: string; text: string }[] }[] {
  const groups = Map.groupBy(timeZones(), zone => zone.split('/')[0] ?? zone)
  return [...groups].map(([group, members]) => ({
    group,
    options: members.map(value => ({
      value,
      text: value.slice(value.indexOf('/') + 1).replaceAll('_', ' '),
    })),
  }))
}

/** The zone to begin with: that of China for Chinese, else that of the machine. */
export function likelyTimeZone(lang: Lang): string {
  return lang === 'zh-CN' ? 'Asia/Shanghai' : Temporal.Now.timeZoneId()
}
