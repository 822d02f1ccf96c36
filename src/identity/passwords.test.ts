import { expect, test } from 'vitest'
import { passwordFault } from './passwords.ts'

const textOf = (password: string, personal: string[] = []) => passwordFault('p', password, personal)?.text

test('a long sentence is taken without any rule of composition', () => {
  for (const good of [
    'the kettle sings at dawn',
    '今天的茶水比昨天的更烫一点点',
    'vozmqkripetal',
    'gate-lantern-plum',
  ])
    expect(textOf(good)).toBeUndefined()
})

test('one of fewer than twelve characters is refused, and its length is said', () => {
  expect(passwordFault('p', 'eleven char')).toEqual({
    field: 'p',
    text: 'identity.password.short',
    values: { least: 12, length: 11 },
  })
  expect(textOf('')).toBe('identity.password.missing')
  expect(textOf('x'.repeat(129))).toBe('identity.password.long')
})

test.each([
  'Password2026!!',
  '123456789012',
  'qwertyuiop123',
  'qwerty123456',
  'aaaaaaaaaaaaa',
  'abcabcabcabcabc',
  'administrator1',
  'abcdefghijkl',
  'lkjhgfdsa0987',
])('%s is refused because it is guessed first', password => {
  expect(textOf(password)).toBe('identity.password.common')
})

test('the name of the person or the institution with a few digits is refused', () => {
  expect(textOf('Willowtown2026', ['Willow Town'])).toBe('identity.password.common')
  expect(textOf('lin.wei@example.org', ['lin.wei@example.org'])).toBe('identity.password.common')
  expect(textOf('the willow bends in town', ['Willow Town'])).toBeUndefined()
})
