/**
 * Makes UUIDs of version 7 that rise with every call, so that sorting by id is the order of writing. By hand, since
 * `crypto.randomUUID` is missing on plain http in a LAN.
 */
export function createIdSource(now: () => number = Date.now): () => string {
  let last = 0
  let count = 0
  return () => {
    const ms = now()
    count = ms > last ? 0 : count + 1
    last = Math.max(last, ms)
    // The 12 bits after the version count within a millisecond; when they are used up, the next one is borrowed.
    if (count > 0xfff) {
      count = 0
      last += 1
    }
    return format(last, count)
  }
}

function format(ms: number, count: number): string {
  const tail = crypto.getRandomValues(new Uint8Array(8))
  const variant = 0x80 | ((tail[0] ?? 0) & 0x3f)
  const time = ms.toString(16).padStart(12, '0')
  const rest = [variant, ...tail.subarray(1)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  const order = count.toString(16).padStart(3, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${order}-${rest.slice(0, 4)}-${rest.slice(4)}`
}
