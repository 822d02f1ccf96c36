import { isIPv6 } from 'node:net'

/**
 * What counts as one address: an IPv4 address, also when it is mapped into IPv6, or the /64 of an IPv6 one, which is
 * the least that one subscriber is given (RFC 6177) and so costs nothing to rotate through.
 */
export function networkOf(address: string): string {
  const bare = address.replace(/%.*$/, '')
  if (!isIPv6(bare)) return bare
  // The URL parser writes an IPv6 address in its shortest form, which leaves only the `::` to fill in.
  const [head = '', tail] = new URL(`http://[${bare}]/`).hostname.slice(1, -1).split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups = [...left, ...new Array<string>(8 - left.length - right.length).fill('0'), ...right]
  const mapped = groups.slice(0, 5).every(group => group === '0') && groups[5] === 'ffff'
  if (!mapped) return `${groups.slice(0, 4).join(':')}::/64`
  return groups
    .slice(6)
    .map(group => Number.parseInt(group, 16))
    .flatMap(number => [number >> 8, number & 255])
    .join('.')
}
