/** A path of this site to go to next, or undefined: never another site, whatever was put into the address. */
export function safePath(path: unknown): string | undefined {
  if (typeof path !== 'string' || !path.startsWith('/') || path.length > 2000) return undefined
  const url = URL.parse(path, 'http://here.invalid')
  return url?.host === 'here.invalid' && url.username === '' ? `${url.pathname}${url.search}` : undefined
}
