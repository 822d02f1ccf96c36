import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SealBroken } from './errors.ts'
import { createDataKey, createTenantKey, deriveKey, unwrapDataKey, unwrapTenantKey } from './keys.ts'
import { digestSealed, seal, sealBytes, unseal, unsealBytes } from './payload.ts'

const root = createSecretKey(randomBytes(32))
const tenant = createTenantKey(root, 1)
const stream = createDataKey(tenant.key, 'case-a')

describe('a sealed payload', () => {
  test('opens to what was sealed, whatever it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, place) => {
        // -0 is written 0 in JSON.
        expect(unseal(stream.key, place, seal(stream.key, place, value))).toEqual(
          JSON.parse(JSON.stringify(value)),
        )
      }),
    )
  })

  test('shows nothing of what it holds, and never looks the same twice', () => {
    const sealed = [1, 2, 3].map(() => seal(stream.key, 'p', { name: '王小明' }))
    expect(new Set(sealed.map(bytes => digestSealed(bytes).toString('hex'))).size).toBe(3)
    for (const bytes of sealed) expect(bytes.includes(Buffer.from('王小明'))).toBe(false)
  })

  test('does not open in another place', () => {
    const sealed = seal(stream.key, '1/case-a/case.filed', 'secret')
    for (const place of ['1/case-b/case.filed', '2/case-a/case.filed', '1/case-a/case.answered', ''])
      expect(() => unseal(stream.key, place, sealed)).toThrow(SealBroken)
  })

  test('does not open under the key of another case', () => {
    const other = createDataKey(tenant.key, 'case-b')
    expect(() => unseal(other.key, 'p', seal(stream.key, 'p', 'secret'))).toThrow(SealBroken)
  })

  test('does not open with any one bit changed, any byte missing or any byte added', () => {
    const sealed = sealBytes(stream.key, 'p', Buffer.from('十六位受理码'))
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const altered = Buffer.from(sealed)
      altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      expect(() => unsealBytes(stream.key, 'p', altered)).toThrow(SealBroken)
    }
    for (let length = 0; length < sealed.length; length++)
      expect(() => unsealBytes(stream.key, 'p', sealed.subarray(0, length))).toThrow(SealBroken)
    expect(() => unsealBytes(stream.key, 'p', Buffer.concat([sealed, Buffer.of(0)]))).toThrow(SealBroken)
  })

  test('pins its key: the same bytes cannot be given a second meaning by exchanging the key of the case', () => {
    // The commitment is checked before anything is decrypted, so no second key gets as far as the tag.
    const other = createDataKey(tenant.key, 'case-a')
    const sealed = seal(stream.key, 'p', 'first')
    expect(() => unseal(other.key, 'p', sealed)).toThrow('another key')
  })
})

describe('the ladder of keys', () => {
  test('a wrapped key opens again to the same key', () => {
    expect(unwrapTenantKey(root, tenant.wrapped, 1).equals(tenant.key)).toBe(true)
    expect(unwrapDataKey(tenant.key, stream.wrapped, 'case-a').equals(stream.key)).toBe(true)
  })

  test('a wrapped key serves its own tenant and its own case only', () => {
    const otherTenant = createTenantKey(root, 2)
    expect(() => unwrapTenantKey(root, tenant.wrapped, 2)).toThrow(SealBroken)
    expect(() => unwrapDataKey(tenant.key, stream.wrapped, 'case-b')).toThrow(SealBroken)
    expect(() => unwrapDataKey(otherTenant.key, stream.wrapped, 'case-a')).toThrow(SealBroken)
    expect(() => unwrapTenantKey(createSecretKey(randomBytes(32)), tenant.wrapped, 1)).toThrow(SealBroken)
  })

  test('a wrapped key is not accepted as a sealed payload, nor a payload as a wrapped key', () => {
    const above: KeyObject = tenant.key // the types refuse this mistake; here the construction must
    expect(() => unsealBytes(above, 'data-key case-a', stream.wrapped)).toThrow(SealBroken)
    const payload = sealBytes(above, 'case-a', randomBytes(32))
    expect(() => unwrapDataKey(tenant.key, payload, 'case-a')).toThrow(SealBroken)
  })

  test('keys derived for two purposes or two tenants have nothing in common', () => {
    const keys = [
      deriveKey(tenant.key, 'receipt-code'),
      deriveKey(tenant.key, 'contact-digest'),
      deriveKey(createTenantKey(root, 2).key, 'receipt-code'),
    ]
    expect(new Set(keys.map(key => key.toString('hex'))).size).toBe(3)
    for (const key of keys) expect(key).toHaveLength(32)
    expect(deriveKey(tenant.key, 'receipt-code')).toEqual(keys[0])
  })

  test('a key that slips into a log or into JSON shows nothing of itself', () => {
    const shown = inspect({ key: tenant.key }, { depth: 9 }) + JSON.stringify({ key: tenant.key })
    expect(shown).not.toContain(tenant.key.export().toString('hex'))
    expect(shown).not.toContain(tenant.key.export().toString('base64'))
    expect(shown).not.toMatch(/"data":\[|Buffer/)
  })
})
