import { describe, expect, it } from 'vitest'
import { sampleContext } from './gallery/samples.ts'
import { html } from './html.ts'
import { page } from './layout.ts'

const ctx = sampleContext('en', '/cases?q=a b&lang=en', false)
const of = (more: Partial<Parameters<typeof page>[1]> = {}): string =>
  String(page(ctx, { title: 'Cases <1>', main: html`<p>x</p>`, ...more }))

describe('a page', () => {
  it('says its language, its title, the institution and whether something is wrong', () => {
    expect(of()).toContain('<html lang="en"')
    expect(of()).toContain('<title>Cases &lt;1&gt; – Riverside County Office for Residents’ Concerns</title>')
    expect(of({ invalid: true })).toContain('<title>Error: Cases')
  })

  it('has nothing inline that a content security policy would have to allow', () => {
    expect(of()).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?![^>]* src=)/)
  })

  it('offers the other language at the same address, with the query kept', () => {
    expect(of()).toContain('href="/cases?q=a+b&amp;lang=zh-CN" lang="zh-CN"')
  })

  it('takes what was typed along to the other language', () => {
    expect(of({ keepForm: { id: 'f', action: '/file/what' } })).toContain(
      'form="f" formaction="/file/what?lang=zh-CN" formnovalidate name="_language" value="zh-CN"',
    )
  })

  it('has Enter send a form, and not change its language', () => {
    const [first = ''] = /<button[^>]* form="f"[^>]*>/.exec(of({ keepForm: { id: 'f', action: '/a' } })) ?? []
    expect(first).not.toBe('')
    expect(first).not.toContain('formaction')
  })

  it('says on every page that a demo is one', () => {
    expect(of()).toContain('This is a demonstration')
    expect(String(page({ ...ctx, demo: false }, { title: 'x', main: '' }))).not.toContain(
      'This is a demonstration',
    )
  })
})
