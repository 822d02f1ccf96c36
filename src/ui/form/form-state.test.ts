import { describe, expect, it } from 'vitest'
import { translator } from '../../platform/i18n/translator.ts'
import { html } from '../html.ts'
import { checkboxes, radios } from './choices.ts'
import { dateInput } from './date-input.ts'
import { fileUpload } from './file-upload.ts'
import { formState } from './form-state.ts'
import { searchableChoices } from './searchable-choices.ts'
import { select } from './select.ts'
import { textInput } from './text-input.ts'
import { textarea } from './textarea.ts'

const t = translator('en')
const fault = (field: string) => ({ field, text: 'ui.characters.over', values: { n: 3 } })
const choices = [
  { value: 'a', label: 'A' },
  { value: 'b', label: 'B' },
]

describe('a form that comes back with faults', () => {
  const typed = {
    name: 'O’Neil <b>',
    story: 'line one\nline two',
    one: 'b',
    many: ['a', 'b'],
    'day-day': '31',
    'day-month': '2',
  }
  const state = formState(
    t,
    typed,
    ['name', 'name', 'story', 'one', 'many', 'day', 'list', 'files', 'place'].map(fault),
  )
  const page = String(
    html`${state.summary}${textInput(t, { ...state.field('name'), label: 'Name' })}${textarea(t, { ...state.field('story'), label: 'Story' })}${radios(t, { ...state.field('one'), label: 'One', choices })}${checkboxes(t, { ...state.list('many'), label: 'Many', choices })}${dateInput(t, { ...state.field('day'), label: 'Day', typed })}${select(t, { ...state.field('list'), label: 'List', options: [{ value: '', text: '-' }] })}${fileUpload(t, { ...state.field('files'), label: 'Files' })}${searchableChoices(t, { ...state.field('place'), label: 'Place', groups: [{ title: 'G', choices }] })}`,
  )

  it('lists every fault, also two of the same field', () => {
    expect(page.match(/<li><a href="#/g)).toHaveLength(9)
    expect(state.invalid).toBe(true)
  })

  it('links each fault to something that is there and can take the focus', () => {
    for (const [, id] of page.matchAll(/<a href="#([^"]+)"/g)) {
      expect(page).toMatch(
        new RegExp(`<(?:input|textarea|select|div)(?=[^>]* id="${id}")(?:[^>]*tabindex|[^d]|d)`),
      )
    }
  })

  it('keeps what was typed', () => {
    expect(page).toContain('value="O’Neil &lt;b&gt;"')
    expect(page).toContain('>\nline one\nline two</textarea>')
    expect(page).toMatch(/name="one" type="radio" value="b" checked/)
    expect(page.match(/name="many" type="checkbox" value="[ab]" checked/g)).toHaveLength(2)
    expect(page).toMatch(/name="day-day"[^>]*value="31"/)
  })

  it('says at each field what is wrong, for sight and for hearing', () => {
    for (const id of ['name', 'story', 'one', 'many', 'day', 'list', 'files', 'place']) {
      expect(page).toContain(`id="${id}-error"`)
      expect(page).toMatch(new RegExp(`aria-describedby="[^"]*${id}-error`))
    }
  })

  it('has each id once', () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

it('a form that is shown for the first time has no summary and no errors', () => {
  const state = formState(t)
  expect(state.invalid).toBe(false)
  expect(String(state.summary)).toBe('')
  expect(String(textInput(t, { ...state.field('name'), label: 'Name' }))).not.toContain('error')
})

it('a date is asked for in the order in which the language says it', () => {
  const order = (lang: 'en' | 'zh-CN') =>
    [...String(dateInput(translator(lang), { name: 'd', label: 'D' })).matchAll(/name="d-(\w+)"/g)].map(
      ([, part]) => part,
    )
  expect(order('en')).toEqual(['day', 'month', 'year'])
  expect(order('zh-CN')).toEqual(['year', 'month', 'day'])
})

it('text that is too long is taken whole, so that its writer can shorten it', () => {
  expect(String(textarea(t, { name: 'x', label: 'X', limit: 10 }))).not.toContain('maxlength')
})
