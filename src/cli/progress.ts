/** How often progress is told where it is not a terminal, in milliseconds: often enough to see that it goes on. */
const everyMs = 5_000

/** Tells how far something long has come, on standard error: one line that changes on a terminal, else a line now and then. */
export function progressLine(out: NodeJS.WriteStream = process.stderr): {
  show(text: string): void
  end(): void
} {
  let shown = Number.NEGATIVE_INFINITY
  return {
    show(text) {
      if (out.isTTY) {
        out.write(`\r\u001b[K${text}`)
        shown = performance.now()
      } else if (performance.now() - shown >= everyMs) {
        out.write(`${text}\n`)
        shown = performance.now()
      }
    },
    end() {
      if (out.isTTY && shown > 0) out.write('\r\u001b[K')
    },
  }
}
