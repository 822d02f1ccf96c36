/** Lets a few pieces of work run at a time; the others wait their turn in the order they came. */
export type Gate = <R>(work: () => Promise<R>) => Promise<R>

/** A gate that is `wide` pieces of work wide. */
export function createGate(wide: number): Gate {
  let running = 0
  const waiting: (() => void)[] = []
  return async work => {
    if (running >= wide) await new Promise<void>(resolve => waiting.push(resolve))
    else running++
    try {
      return await work()
    } finally {
      // The place is handed on rather than given up, so that no newcomer slips in between.
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
