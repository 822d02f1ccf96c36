/** npm passes on the interrupt that the terminal has already sent us: two this close together are one. */
const oneKeypress = 500

/**
 * Aborts at the first SIGINT, SIGTERM or SIGHUP. A second one, pressed by someone who will not wait, calls `force`.
 */
export function stopSignal(force: () => void): AbortSignal {
  const stop = new AbortController()
  let first = 0
  const onSignal = () => {
    const now = performance.now()
    if (!stop.signal.aborted) {
      first = now
      stop.abort()
    } else if (now - first > oneKeypress) force()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  return stop.signal
}
