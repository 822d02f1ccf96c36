/** The seconds of a Retry-After header: a number of them, or a date (RFC 9110, 10.2.3). Undefined where it says nothing. */
export function readRetryAfter(header: string | undefined, now: Temporal.Instant): number | undefined {
  const text = header?.trim()
  if (!text) return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text)
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now.epochMilliseconds) / 1000))
}
