import { dueState } from '../../obligations/due-state.ts'
import type { Obligation } from '../../obligations/rules.ts'
import { categoryPath, deadlineFor, findCategory, leafCategories, urgencyOf } from '../../packs/rules.ts'
import type { Kind, ObligationKind, Pack } from '../../packs/schema.ts'
import { formatDateTime, formatShortDate } from '../../platform/i18n/dates.ts'
import { dueBadge } from '../../ui/case/due-badge.ts'
import { caseNumber } from '../../ui/case/numbers.ts'
import { insetText } from '../../ui/content/callouts.ts'
import { downloads } from '../../ui/content/downloads.ts'
import { type ActiveFilter, filter } from '../../ui/content/filter.ts'
import { type Column, table } from '../../ui/content/table.ts'
import { badge } from '../../ui/content/tag.ts'
import { button } from '../../ui/form/button.ts'
import { select } from '../../ui/form/select.ts'
import { type Content, type Html, html } from '../../ui/html.ts'
import type { Page } from '../../ui/layout.ts'
import { pagination, subNavigation } from '../../ui/navigation/links.ts'
import type { PageContext } from '../../ui/page-context.ts'
import type { Status } from '../lifecycle.ts'
import { statusTag } from '../status-tag.ts'
import { countedTo, tabs } from './counts.ts'
import { emptyQueue } from './empty.ts'
import { channels, dueWithin, type QueueQuery, queueAddress, type Sort, stages } from './forms.ts'
import type { QueuePage } from './reads.ts'
import type { Match } from './scan.ts'

/** A list of cases: what is due soonest on top, everything one needs to choose the next in one line. */
export function queuePage(ctx: PageContext, query: QueueQuery, list: QueuePage, pack: Pack): Page {
  const { t } = ctx
  const title = t(`staff.queue.title.${query.tab}`)
  const page = (key: QueuePage['next'], before: boolean) =>
    key && queueAddress(query, { from: { key, before } })
  return {
    title:
      query.words === undefined ? title : t('staff.queue.title.search', { words: query.words, list: title }),
    wide: true,
    before: subNavigation({
      label: t('staff.queue.lists'),
      items: tabs.map(tab => ({
        href: queueAddress(query, { tab }),
        text: t(`staff.queue.tab.${tab}`),
        count: list.counts[tab] > countedTo ? `${countedTo}+` : list.counts[tab],
        current: tab === query.tab,
      })),
    }),
    main: html`<div class="app-queue-head"><h1 class="govuk-heading-l">${title}</h1>${search(ctx, query)}</div>
${filters(ctx, query, list, pack)}
${list.partial && list.rows.length > 0 && insetText(t('staff.queue.partial'))}
${list.rows.length > 0 ? rows(ctx, query, list) : emptyQueue(ctx, query, list)}
${pagination(t, { previous: page(list.previous, true), next: page(list.next, false) })}
${list.rows.length > 0 && downloads(t, 'cases', queueAddress(query).split('?')[1])}`,
  }
}

/** Words and case numbers; never names or numbers of people. */
function search({ t }: PageContext, query: QueueQuery): Html {
  const { words: _, from: __, ...rest } = query
  const kept = [...new URL(queueAddress({ ...rest }), 'http://queue').searchParams]
  return html`<form method="get" action="/cases" role="search" class="app-queue-search">${kept.map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}<label class="govuk-label" for="q">${t('staff.queue.search')}</label><div class="app-queue-search__row"><input class="govuk-input" id="q" name="q" type="search" value="${query.words ?? ''}" maxlength="200" autocomplete="off" aria-describedby="q-hint">${button({ text: t('staff.queue.search.do'), kind: 'secondary' })}</div><div id="q-hint" class="govuk-hint app-queue-search__hint">${t('staff.queue.search.hint')}</div></form>`
}

function filters(ctx: PageContext, query: QueueQuery, { organisation }: QueuePage, pack: Pack): Html {
  const { t, lang } = ctx
  const units = [...organisation.units.values()]
  const any = { value: '', text: t('staff.queue.any') }
  const parents = Map.groupBy(leafCategories(pack), one => categoryPath(pack, one.code).at(-1)?.code ?? '')
  const fields = html`<input type="hidden" name="tab" value="${query.tab}">${
    query.words !== undefined && html`<input type="hidden" name="q" value="${query.words}">`
  }${select(t, {
    name: 'status',
    label: t('staff.queue.status'),
    value: query.stage,
    options: [any, ...stages.map(value => ({ value, text: stageName(ctx, value) }))],
  })}${select(t, {
    name: 'due',
    label: t('staff.queue.due'),
    value: query.due === undefined ? undefined : String(query.due),
    options: [any, ...dueWithin.map(n => ({ value: String(n), text: t('staff.queue.due.within', { n }) }))],
  })}${select(t, {
    name: 'category',
    label: t('staff.queue.category'),
    value: query.category,
    options: [
      any,
      ...[...parents].map(([code, children]) => ({
        group: findCategory(pack, code)?.name[lang] ?? '',
        options: children.map(one => ({ value: one.code, text: one.name[lang] })),
      })),
    ],
  })}${select(t, {
    name: 'kind',
    label: t('staff.queue.kind'),
    value: query.kind,
    options: [any, ...pack.kinds.map(one => ({ value: one.code, text: one.name[lang] }))],
  })}${select(t, {
    name: 'unit',
    label: t('staff.queue.unit'),
    value: query.unit,
    options: [
      any,
      ...units.map(one => ({
        value: one.id,
        text: `${'\u2003'.repeat(one.path.length - 1)}${one.name[lang]}`,
      })),
    ],
  })}${select(t, {
    name: 'channel',
    label: t('staff.queue.channel'),
    value: query.channel,
    options: [any, ...channels.map(value => ({ value, text: t(`cases.channel.${value}`) }))],
  })}${query.sort !== 'due' || query.descending ? html`<input type="hidden" name="sort" value="${query.descending ? '-' : ''}${query.sort}">` : ''}`
  return filter(t, {
    action: '/cases',
    fields,
    active: activeFilters(ctx, query, organisation, pack),
    clearHref: queueAddress({ tab: query.tab, sort: 'due', descending: false, words: query.words }),
  })
}

function activeFilters(
  ctx: PageContext,
  query: QueueQuery,
  organisation: QueuePage['organisation'],
  pack: Pack,
): ActiveFilter[] {
  const { t, lang } = ctx
  const { stage, due, category, kind, unit, channel } = query
  const without = (changes: Partial<QueueQuery>, text: Content): ActiveFilter => ({
    text,
    removeHref: queueAddress(query, changes),
  })
  return [
    ...(stage ? [without({ stage: undefined, sort: 'due', descending: false }, stageName(ctx, stage))] : []),
    ...(due ? [without({ due: undefined }, t('staff.queue.due.tag', { n: due }))] : []),
    ...(category
      ? [without({ category: undefined }, findCategory(pack, category)?.name[lang] ?? category)]
      : []),
    ...(kind
      ? [without({ kind: undefined }, pack.kinds.find(one => one.code === kind)?.name[lang] ?? kind)]
      : []),
    ...(unit ? [without({ unit: undefined }, organisation.units.get(unit)?.name[lang] ?? unit)] : []),
    ...(channel ? [without({ channel: undefined }, t(`cases.channel.${channel}`))] : []),
  ]
}

function stageName({ t }: PageContext, stage: (typeof stages)[number]): string {
  if (stage === 'finished') return t('staff.queue.finished')
  return stage === 'closed' ? t('staff.queue.closed') : t(`cases.status.${stage}`)
}

function rows(ctx: PageContext, query: QueueQuery, list: QueuePage): Html {
  const { t } = ctx
  const sorted = (sort: Sort): Column['sort'] => {
    const isSorted = query.sort === sort
    return {
      href: queueAddress(query, { sort, descending: isSorted ? !query.descending : sort === 'filed' }),
      ...(isSorted && { direction: query.descending ? 'descending' : 'ascending' }),
    }
  }
  const columns: Column[] = [
    { text: t('staff.queue.column.case'), sort: sorted('number') },
    { text: t('staff.queue.due'), fit: true, ...(query.stage !== 'finished' && { sort: sorted('due') }) },
    { text: t('staff.queue.status'), fit: true },
    { text: t('staff.queue.column.owner') },
    { text: t('staff.queue.unit') },
    { text: t('staff.queue.category') },
    { text: t('staff.queue.column.filed'), fit: true, sort: sorted('filed') },
  ]
  return html`<div class="app-queue" data-rows>${table({
    caption: t(`staff.queue.title.${query.tab}`),
    captionHidden: true,
    columns,
    rows: list.rows.map(one => row(ctx, one, list)),
  })}<p class="govuk-hint app-queue__keys" data-rows-hint hidden>${t('staff.queue.keys')}</p></div>`
}

function row(ctx: PageContext, one: Match, { organisation, packs }: QueuePage): Content[] {
  const { t, lang, tenant } = ctx
  const { pack } = packs.get(`${one.pack_id}@${one.pack_version}`) ?? {}
  const owner = organisation.officers.get(one.owner_id ?? '')
  return [
    html`<a class="govuk-link app-queue__link" href="/cases/${one.number}"><span class="app-queue__subject">${one.subject ?? t('staff.queue.gone')}</span> ${caseNumber(one.number)}</a>`,
    due(ctx, one, packs),
    statusTag(t, one.status as Status),
    owner ? owner.name : html`<span class="app-queue__nobody">${t('staff.queue.nobody')}</span>`,
    organisation.units.get(one.unit_id)?.name[lang],
    html`<div>${pack && findCategory(pack, one.category)?.name[lang]}<span class="app-queue__minor">${pack?.kinds.find(kind => kind.code === one.kind)?.name[lang]}</span></div>`,
    formatShortDate(one.filed_at, lang, tenant.timeZone),
  ]
}

/** What is owed next: what is left of its time, until when, and what it is. */
function due(ctx: PageContext, one: Match, packs: QueuePage['packs']): Content {
  const { t, now } = ctx
  const known = packs.get(`${one.pack_id}@${one.pack_version}`)
  if (!one.due_at || !one.due_kind || !known)
    return html`<span class="app-queue__minor">${t('staff.queue.nothing-owed')}</span>`
  const { pack, timing } = known
  const kind = one.due_kind as ObligationKind
  const urgency = urgencyOf(pack, one.kind as Kind, one.category)
  const rule = deadlineFor(pack, kind, { kind: one.kind as Kind, category: one.category, urgency })
  // All that is asked of a clock that is not done yet.
  const clock = {
    status: one.paused ? 'paused' : 'open',
    due: one.due_at.toString(),
    trigger: (one.due_from ?? one.filed_at).toString(),
  } as Obligation
  return html`<div>${dueBadge(t, dueState(clock, rule, timing, now))}<span class="app-queue__minor">${t(`cases.deadline.${kind}`)} · ${shortDue(ctx, one.due_at)}${one.due_provisional && html` ${badge(t('staff.provisional'))}`}</span></div>`
}

function shortDue({ lang, tenant }: PageContext, due: Temporal.Instant): string {
  const { hour, minute } = due.toZonedDateTimeISO(tenant.timeZone)
  const isWholeDay = hour === 23 && minute === 59
  return (isWholeDay ? formatShortDate : formatDateTime)(due, lang, tenant.timeZone)
}
