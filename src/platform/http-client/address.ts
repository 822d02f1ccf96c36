import { lookup } from 'node:dns/promises'
import { BlockList, isIP, type LookupFunction } from 'node:net'

// Everything that is not the public internet: IANA's registries of special-purpose addresses (RFC 6890), link-local with
// the metadata services of clouds, carriers' own, documentation, multicast, reserved.
const closed = new BlockList()
for (const network of [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
])
  addNetwork(closed, network)
// Of IPv6 only what is given out to the world (2000::/3) is open; in it, what carries an IPv4 address inside (Teredo,
// 6to4) could lead anywhere, and documentation leads nowhere. Mapped, ULA, link-local and NAT64 lie outside.
const open6 = new BlockList()
addNetwork(open6, '2000::/3')
for (const network of ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']) addNetwork(closed, network)

/** Where requests may go besides the public internet: addresses and networks, as `WEBHOOK_ALLOW_PRIVATE` names them. */
export type Allowed = BlockList

/** Reads addresses and networks (`10.0.0.0/8`). */
export function allowedNetworks(networks: readonly string[]): Allowed {
  const list = new BlockList()
  for (const network of networks) addNetwork(list, network)
  return list
}

/** How an address stands: on the public internet, allowed though it is not, or refused. */
export function standingOf(address: string, allowed: Allowed): 'public' | 'allowed' | 'refused' {
  const family = isIP(address)
  if (family === 0) return 'refused'
  const type = family === 4 ? 'ipv4' : 'ipv6'
  if (allowed.check(address, type)) return 'allowed'
  const isOpen = family === 4 || open6.check(address, 'ipv6')
  return isOpen && !closed.check(address, type) ? 'public' : 'refused'
}

/** Why an address that somebody typed is not asked: no web address, with a password in it, in the clear, inside. */
export type AddressFault = 'url' | 'password' | 'clear' | 'private'

/** Reads an address that somebody typed, without its fragment; what its name leads to is looked at when it is asked. */
export function readAddress(typed: string, allowed: Allowed): URL | AddressFault {
  const url = URL.parse(typed.trim())
  if (!url || !['https:', 'http:'].includes(url.protocol) || typed.length > 2000) return 'url'
  if (url.username || url.password) return 'password'
  if (url.protocol === 'http:' && allowed.rules.length === 0) return 'clear'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isAddress = /^[\d.]+$/.test(host) || host.includes(':')
  if (isAddress && standingOf(host, allowed) === 'refused') return 'private'
  url.hash = ''
  return url
}

/** A name or address that no request goes to. */
export class AddressRefused extends Error {
  readonly code = 'refused-address'
}

/**
 * Resolves a host to addresses that a request may go to. One refused address among them refuses the host: a name that
 * points inside as well is not an oversight. What is returned is what is connected to, so that no second answer of the
 * name's server comes between.
 */
export async function resolveSafely(
  host: string,
  allowed: Allowed,
  secure: boolean,
): Promise<{ address: string; family: number }[]> {
  const bare = host.replace(/^\[|\]$/g, '')
  const family = isIP(bare)
  const found = family ? [{ address: bare, family }] : await lookup(bare, { all: true, order: 'verbatim' })
  if (found.length === 0) throw new AddressRefused(`${host} has no address`)
  for (const { address } of found) {
    const standing = standingOf(address, allowed)
    if (standing === 'refused') throw new AddressRefused(`${host} is at ${address}, which is not public`)
    // In the clear only inside the office's own networks.
    if (!secure && standing !== 'allowed') throw new AddressRefused(`${host} is asked for in the clear`)
  }
  return found
}

/** Hands addresses that were resolved before to a connection, in the place of asking again. */
export function pinnedLookup(addresses: readonly { address: string; family: number }[]): LookupFunction {
  return (_host, options, done) => {
    const [first] = addresses
    if (options.all) done(null, [...addresses])
    else if (first) done(null, first.address, first.family)
    else done(new AddressRefused('no address'), '', 4)
  }
}

function addNetwork(list: BlockList, network: string): void {
  const [address = '', length] = network.split('/')
  const type = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  list.addSubnet(address, length === undefined ? (type === 'ipv4' ? 32 : 128) : Number(length), type)
}
