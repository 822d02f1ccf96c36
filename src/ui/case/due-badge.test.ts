import { expect, it } from 'vitest'
import { translator } from '../../platform/i18n/translator.ts'
import { type Due, dueBadge, dueTone } from './due-badge.ts'

const running = (used: number, amount: number): Due => ({
  state: 'running',
  used,
  left: { amount, unit: 'working-day' },
})

it.each<[string, Due, string, string, string]>([
  ['plenty of time', running(0.1, 5), 'plenty', '5 working days left', '还剩 5 个工作日'],
  ['half of the time gone', running(0.5, 1), 'half', '1 working day left', '还剩 1 个工作日'],
  ['four fifths gone', running(0.8, 1), 'pressing', '1 working day left', '还剩 1 个工作日'],
  ['the last day', running(0.95, 0), 'pressing', 'due today', '今天到期'],
  ['overdue', running(1.2, -2), 'overdue', '2 working days overdue', '已超期 2 个工作日'],
  ['paused', { state: 'paused' }, 'paused', 'clock paused', '时限暂停'],
  ['kept', { state: 'met' }, 'met', 'done on time', '按期完成'],
  [
    'kept late',
    { state: 'met-late', by: { amount: 1, unit: 'day' } },
    'met-late',
    'done 1 day late',
    '超期 1 天完成',
  ],
  ['kept late by who knows how much', { state: 'met-late' }, 'met-late', 'done late', '超期完成'],
])('the badge of an obligation: %s', (_, due, tone, english, chinese) => {
  expect(dueTone(due)).toBe(tone)
  expect(String(dueBadge(translator('en'), due))).toContain(`>${english}<`)
  expect(String(dueBadge(translator('zh-CN'), due))).toContain(`>${chinese}<`)
})
