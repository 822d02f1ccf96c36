/** The value that so much of the samples stay at or under: `percentile(ms, 0.99)`. Nearest rank; NaN without samples. */
export function percentile(samples: readonly number[], part: number): number {
  const sorted = Float64Array.from(samples).sort()
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN
}

/** The middle value. */
export const median = (samples: readonly number[]): number => percentile(samples, 0.5)

/** Milliseconds as the report shows them. */
export const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`

/** A rate as the report shows it. */
export const perSecond = (value: number): string => `${Math.round(value).toLocaleString('en')} /s`

/** A size in thousands or millions of bytes. */
export const bytes = (value: number): string =>
  value < 1e6 ? `${(value / 1e3).toFixed(1)} KB` : `${(value / 1e6).toFixed(0)} MB`

/** Median and 99th percentile in one text. */
export const spread = (samples: readonly number[]): string =>
  `p50 ${ms(median(samples))}, p99 ${ms(percentile(samples, 0.99))}`
