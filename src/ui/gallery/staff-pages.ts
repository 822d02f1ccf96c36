import { dueBadge } from '../case/due-badge.ts'
import { maskedName } from '../case/masked-name.ts'
import { caseNumber } from '../case/numbers.ts'
import { emptyState, notificationBanner } from '../content/callouts.ts'
import { filter } from '../content/filter.ts'
import { card, summaryList } from '../content/summary-list.ts'
import { table } from '../content/table.ts'
import { badge, tag } from '../content/tag.ts'
import { button, buttonGroup, linkButton } from '../form/button.ts'
import { checkboxes, radios } from '../form/choices.ts'
import { select } from '../form/select.ts'
import { html } from '../html.ts'
import type { Page } from '../layout.ts'
import { pagination, subNavigation, tabs } from '../navigation/links.ts'
import type { PageContext } from '../page-context.ts'
import type { Say } from './samples.ts'

type Context = PageContext & { say: Say }

/** The queue, with every state of a due badge. */
export function queuePage({ t, say }: Context): Page {
  const dues = [
    { state: 'running', used: 1.1, left: { amount: -2, unit: 'working-day' } },
    { state: 'running', used: 0.9, left: { amount: 0, unit: 'day' } },
    { state: 'running', used: 0.85, left: { amount: 3, unit: 'hour' } },
    { state: 'running', used: 0.5, left: { amount: 1, unit: 'working-day' } },
    { state: 'running', used: 0.1, left: { amount: 28, unit: 'day' } },
    { state: 'paused' },
    { state: 'met' },
    { state: 'met-late', by: { amount: 4, unit: 'working-day' } },
    { state: 'cancelled' },
  ] as const
  const colours = ['red', 'amber', 'amber', 'teal', 'blue', 'grey', 'green', 'green', 'grey'] as const
  return {
    title: say('Cases of my unit', '本单位事项'),
    wide: true,
    before: subNavigation({
      label: say('Queues', '事项列表'),
      items: [
        { href: '?q=mine', text: say('Mine', '我承办的'), count: 12 },
        { href: '?q=unit', text: say('My unit', '本单位'), count: 48, current: true },
        { href: '?q=late', text: say('Overdue', '已超期'), count: 3 },
        { href: '?q=none', text: say('Unassigned', '待分派'), count: 7 },
        { href: '?q=all', text: say('All I may see', '全部可见'), count: 10245 },
      ],
    }),
    main: html`<h1 class="govuk-heading-l">${say('Cases of my unit', '本单位事项')}</h1>
${filter(t, {
  action: '/queue',
  fields: html`${select(t, { name: 'category', label: say('Category', '类别'), options: [{ value: '', text: say('All', '全部') }] })}${checkboxes(
    t,
    {
      name: 'state',
      small: true,
      label: say('State', '状态'),
      choices: [
        { value: 'a', label: say('Accepted', '已受理') },
        { value: 'b', label: say('Paused', '暂停') },
      ],
    },
  )}${radios(t, {
    name: 'due',
    small: true,
    label: say('Due', '到期'),
    choices: [
      { value: 'a', label: say('This week', '本周') },
      { value: 'b', label: say('Any time', '不限') },
    ],
  })}`,
  active: [
    { text: say('Streets and lights', '道路与照明'), removeHref: '?' },
    { text: say('Accepted', '已受理'), removeHref: '?' },
  ],
  clearHref: '?',
})}
${table({
  caption: say('Cases of my unit', '本单位事项'),
  captionHidden: true,
  columns: [
    { text: say('Case', '事项'), fit: true },
    { text: say('About', '内容') },
    { text: say('From', '反映人'), fit: true },
    { text: say('State', '状态'), fit: true },
    { text: say('Filed', '提交日期'), fit: true, sort: { href: '?sort=filed' } },
    { text: say('Due', '期限'), fit: true, sort: { href: '?sort=due', direction: 'ascending' } },
    { text: say('Messages', '留言'), numeric: true },
  ],
  rows: dues.map((due, i) => [
    html`<a class="govuk-link" href="/cases/${i}">${caseNumber(`2026-00012${i}-7`)}</a>`,
    i % 3 === 0
      ? say(
          'Street light before number 14 out since February, pole bent, pavement dark and icy',
          '十四号门前路灯自二月起不亮，灯杆倾斜，人行道昏暗结冰，多次有人摔倒',
        )
      : say('Hole in the road', '路面坑洞'),
    maskedName(
      t,
      i % 3 === 0
        ? { kind: 'sealed', masked: say('J… S…', '王**') }
        : i % 3 === 1
          ? { kind: 'protected' }
          : { kind: 'anonymous' },
    ),
    tag(say('Accepted', '已受理'), colours[i]),
    say('3 March 2026', '2026年3月3日'),
    dueBadge(t, due),
    i,
  ]),
})}
${pagination(t, { previous: '?before=1', next: '?after=2' })}
${emptyState({ title: say('Nothing is overdue', '没有超期事项'), content: html`<p class="govuk-body">${say('The next case is due on Monday.', '下一个到期日为星期一。')}</p>` })}`,
  }
}

/** The top of a case page. */
export function casePage({ t, say }: Context): Page {
  return {
    title: say('Case 2026-000123-7', '事项 2026-000123-7'),
    wide: true,
    main: html`${notificationBanner(t, { kind: 'information', content: html`<p class="govuk-notification-banner__heading">${say('The resident wrote back.', '反映人有新留言。')}</p>` })}
<h1 class="govuk-heading-l"><span class="govuk-caption-l">${caseNumber('2026-000123-7')} ${badge(say('provisional date', '暂定日期'))}</span>${say('Street light before number 14 out since February', '十四号门前路灯自二月起不亮')}</h1>
<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">
${tabs({
  label: say('Parts of the case', '事项内容'),
  items: [
    { href: '?', text: say('Case', '事项'), current: true },
    { href: '?t=m', text: say('Messages', '留言'), count: 2 },
    { href: '?t=f', text: say('Files', '附件'), count: 0 },
  ],
  content: html`<p class="govuk-body">${say('What was asked stands here.', '此处为反映的内容。')}</p>`,
})}
${buttonGroup(button({ text: say('Accept', '受理') }), linkButton({ text: say('Redirect', '转办'), href: '/x', kind: 'secondary' }), button({ text: say('Do not accept', '不予受理'), kind: 'warning' }))}
</div><div class="govuk-grid-column-one-third">
${card({
  title: say('Facts', '概况'),
  actions: html`<a class="govuk-link" href="/why">${say('Why here?', '为何由我处办理？')}</a>`,
  content: summaryList(
    [
      { key: say('Lead', '牵头领导'), value: say('Zhao Min', '赵敏') },
      { key: say('From', '反映人'), value: maskedName(t, { kind: 'sealed', masked: say('J… S…', '王**') }) },
      {
        key: say('Answer', '答复'),
        value: dueBadge(t, { state: 'running', used: 0.3, left: { amount: 21, unit: 'day' } }),
      },
    ],
    'compact',
  ),
})}
</div></div>`,
  }
}
