/** The system gives none of these to outgoing connections: Linux begins at 32768, macOS and Windows at 49152. */
const [FIRST, LAST] = [12_000, 32_000]

let next = FIRST + ((process.pid * 97) % (LAST - FIRST))

/**
 * A free port that stays free while its server is away and clients keep calling there: one from among those that the
 * system deals out would sooner or later become the near end of such a call, and the call its own answer.
 */
export function quietPort(): number {
  for (let tries = FIRST; tries < LAST; tries++) {
    next = next + 1 < LAST ? next + 1 : FIRST
    if (isFree(next)) return next
  }
  throw new Error(`no free port from ${FIRST} to ${LAST}`)
}

function isFree(port: number): boolean {
  try {
    Bun.listen({ hostname: '127.0.0.1', port, socket: { data() {} } }).stop(true)
    return true
  } catch {
    return false
  }
}
