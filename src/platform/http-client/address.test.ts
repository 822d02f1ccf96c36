import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, describe, expect, test } from 'vitest'
import { allowedNetworks, resolveSafely, standingOf } from './address.ts'
import { ask } from './ask.ts'

const none = allowedNetworks([])
const posted = { method: 'POST', headers: {}, body: '{}' } as const

describe('where a request may not go', () => {
  test.each([
    ['127.0.0.1', 'this machine'],
    ['127.8.9.10', 'this machine'],
    ['0.0.0.0', 'this machine, to Linux'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'carrier'],
    ['169.254.169.254', 'the metadata of a cloud'],
    ['169.254.170.2', 'the metadata of a container'],
    ['192.0.0.192', 'the metadata of a cloud'],
    ['100.100.100.200', 'the metadata of a cloud'],
    ['198.18.0.1', 'benchmarks'],
    ['203.0.113.9', 'documentation'],
    ['224.0.0.1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'this machine'],
    ['::1', 'this machine'],
    ['::ffff:127.0.0.1', 'mapped'],
    ['::ffff:10.0.0.1', 'mapped'],
    ['::ffff:a9fe:a9fe', 'mapped'],
    ['::127.0.0.1', 'compatible'],
    ['64:ff9b::7f00:1', 'NAT64'],
    ['64:ff9b:1::a00:1', 'NAT64'],
    ['2002:7f00:1::', '6to4'],
    ['2001:0:53aa:64c::1', 'Teredo'],
    ['2001:db8::1', 'documentation'],
    ['fe80::1', 'link-local'],
    ['fec0::1', 'site-local'],
    ['fc00::1', 'ULA'],
    ['fd00:ec2::254', 'the metadata of a cloud'],
    ['ff02::1', 'multicast'],
    ['example', 'no address at all'],
  ])('%s: %s', address => {
    expect(standingOf(address, none)).toBe('refused')
  })

  test.each(['1.1.1.1', '93.184.215.14', '172.15.0.1', '172.32.0.1', '2606:4700::1111', '2a00:1450:4001::1'])(
    'but to %s it may',
    address => expect(standingOf(address, none)).toBe('public'),
  )

  test('what is named by the setting is allowed, and nothing beside it', () => {
    const some = allowedNetworks(['10.1.0.0/16', '192.168.1.5', 'fd00::/8'])
    for (const address of ['10.1.2.3', '192.168.1.5', 'fd12::1'])
      expect(standingOf(address, some)).toBe('allowed')
    for (const address of ['10.2.0.1', '192.168.1.6', '127.0.0.1', '::1', 'fc00::1'])
      expect(standingOf(address, some)).toBe('refused')
  })

  test.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://017700000001/',
    'http://127.1/',
    'http://[::1]/',
    'http://[::ffff:7f00:1]/',
    'http://①②⑦.⓪.⓪.①/',
    'http://localhost/',
  ])('%s is this machine, however it is written', async address => {
    const { hostname } = new URL(address)
    await expect(resolveSafely(hostname, none, true)).rejects.toThrow('not public')
  })

  test('in the clear it goes nowhere but to what is allowed', async () => {
    await expect(resolveSafely('1.1.1.1', none, false)).rejects.toThrow('in the clear')
    expect(await resolveSafely('127.0.0.1', allowedNetworks(['127.0.0.0/8']), false)).toEqual([
      { address: '127.0.0.1', family: 4 },
    ])
  })
})

describe('a request', () => {
  const servers: Server[] = []
  afterAll(() => {
    for (const server of servers) server.closeAllConnections()
  })
  async function listen(handler: RequestListener): Promise<URL> {
    const server = createServer(handler)
    servers.push(server)
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    return new URL(`http://localhost:${(server.address() as AddressInfo).port}/`)
  }
  const here = { allowed: allowedNetworks(['127.0.0.0/8', '::1']), now: () => Temporal.Now.instant() }

  test('to a name that leads inside reaches nobody', async () => {
    let asked = 0
    const url = await listen((_, reply) => {
      asked++
      reply.end()
    })
    const answer = await ask(url, posted, { ...here, allowed: none })
    expect(answer).toMatchObject({ error: 'refused-address' })
    expect(asked).toBe(0)
  })

  test('follows no redirect', async () => {
    let asked = 0
    const inside = await listen((_, reply) => {
      asked++
      reply.end()
    })
    const url = await listen((_, reply) => {
      reply.writeHead(302, { location: inside.href }).end()
    })
    expect(await ask(url, posted, here)).toMatchObject({ status: 302 })
    expect(asked).toBe(0)
  })

  test('does not read an answer without end', async () => {
    const url = await listen((_, reply) => {
      reply.writeHead(200)
      const chunk = Buffer.alloc(16 * 1024)
      const pour = () => {
        while (!reply.destroyed && reply.write(chunk));
        if (!reply.destroyed) reply.once('drain', pour)
      }
      pour()
    })
    expect(await ask(url, posted, here)).toMatchObject({ status: 200 })
  })

  test('says what the system says where nobody listens', async () => {
    expect(await ask(new URL('http://127.0.0.1:1/'), posted, here)).toMatchObject({
      error: 'ECONNREFUSED',
    })
  })
})
