import type { Broken, Recorded } from '../check'
import type { Entry, ResourcesEntry } from '../history'
import { broken } from './broken'

/** Of what a server holds for each client that is connected. */
const PER_DEVICE: ReadonlySet<string> = new Set(['followers', 'ServerWebSocket', 'Subscription', 'Follower'])

/**
 * I12: sockets, timers, iterators and database connections return to exactly what they were: none is left over. Counted over
 * all servers, since clients move between them; a server that was started again may hold less, until it is used. Clients
 * that came or went in between count.
 */
export function countsReturn({ entries }: Recorded): Broken[] {
  const before = latest(entries, 'before')
  const after = latest(entries, 'after')
  if (before.size === 0 || after.size === 0) return []
  const names = new Set([...after.values()].flatMap(({ held }) => Object.keys(held)))
  const come = devicesCome(entries)
  return [...names].flatMap((name): Broken[] => {
    if (name === 'heap' || name === 'rss') return []
    const [was, is] = [total(before, name), total(after, name)]
    const allowed = PER_DEVICE.has(name) ? was + come : was
    if (is <= allowed) return []
    const clients = PER_DEVICE.has(name) && come !== 0 ? ` with ${come} clients more` : ''
    return [broken('I12', `${name}: ${was} before, ${is} after${clients}`)]
  })
}

const HEAP_SHARE = 1.1

/**
 * I12: the heap after a collection is within 10 % of what it was. The first look must be at a server that has been used: what it
 * compiles the first time that something happens is a tenth by itself.
 */
export function heapsReturn({ entries }: Recorded): Broken[] {
  const before = latest(entries, 'before')
  return [...latest(entries, 'after').values()].flatMap(({ name, held }): Broken[] => {
    const was = before.get(name)?.held.heap
    const { heap: is } = held
    if (was === undefined || is === undefined || is <= was * HEAP_SHARE) return []
    return [broken('I12', `heap of ${name}: ${megabytes(was)} before, ${megabytes(is)} after`)]
  })
}

/** Cycles of load that show whether memory is flat. */
const CYCLES = 5
/** Measured over equal cycles, RSS goes up and down by 7 %. */
const RSS_SHARE = 0.15

/**
 * I12: RSS is flat over five cycles of load, which is five looks `after`, of one process. The first one still warms it up;
 * the slope is the median of those between any two, which a single high look does not move.
 */
export function rssStaysFlat({ entries }: Recorded): Broken[] {
  return [...cyclesOf(entries)].flatMap(([name, cycles]): Broken[] => {
    if (cycles.length < CYCLES) return []
    const warm = cycles.slice(1)
    const growth = slopeOf(warm) * (warm.length - 1)
    if (growth <= median(warm) * RSS_SHARE) return []
    return [
      broken('I12', `RSS of ${name} rises over ${cycles.length} cycles: ${cycles.map(megabytes).join(', ')}`),
    ]
  })
}

/** The last look of each server. */
function latest(entries: readonly Entry[], phase: ResourcesEntry['phase']): Map<string, ResourcesEntry> {
  const looks = entries.filter((entry) => entry.kind === 'resources')
  return new Map(looks.filter((look) => look.phase === phase).map((look) => [look.name, look]))
}

/** Every server tells the database's connections, for all of them together. */
function total(looks: ReadonlyMap<string, ResourcesEntry>, name: string): number {
  const counts = [...looks.values()].map(({ held }) => held[name] ?? 0)
  return name === 'connections' ? Math.max(...counts) : counts.reduce((sum, count) => sum + count, 0)
}

/** Devices opened less those closed, from the last look `before` to the last one `after`. */
function devicesCome(entries: readonly Entry[]): number {
  const isLook = (phase: string) => (entry: Entry) => entry.kind === 'resources' && entry.phase === phase
  const between = entries.slice(
    entries.findLastIndex(isLook('before')),
    entries.findLastIndex(isLook('after')),
  )
  const devices = between.filter((entry) => entry.kind === 'device')
  const opened = devices.filter(({ state }) => state === 'opened').length
  return opened - devices.filter(({ state }) => state === 'closed').length
}

/** RSS at the looks `after`, of each server since it was last started. */
function cyclesOf(entries: readonly Entry[]): Map<string, number[]> {
  const cycles = new Map<string, number[]>()
  for (const entry of entries) {
    if (entry.kind === 'process') cycles.delete(entry.name)
    if (entry.kind !== 'resources' || entry.phase !== 'after' || entry.held.rss === undefined) continue
    cycles.set(entry.name, [...(cycles.get(entry.name) ?? []), entry.held.rss])
  }
  return cycles
}

/** For each step. */
function slopeOf(values: readonly number[]): number {
  const slopes = values.flatMap((from, index) =>
    values.slice(index + 1).map((to, distance) => (to - from) / (distance + 1)),
  )
  return median(slopes)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const [low = 0, high = 0] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return (low + high) / 2
}

const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MB`
