import type { Broken, Recorded } from '../check'
import { broken } from './broken'

/**
 * I4: each event applied once. I5: what a client applies rises by one outside declared resets, and no reset passes over
 * events that are in the log.
 *
 * A device that is opened again begins from nothing.
 */
export function eventsAreAppliedInOrder({ entries }: Recorded): Broken[] {
  const devices = new Map<string, Map<string, number>>()
  const found: Broken[] = []
  for (const entry of entries) {
    if (entry.kind === 'device' && entry.state === 'opened') devices.delete(entry.device)
    if (entry.kind !== 'reset' && entry.kind !== 'applied') continue
    const { device, conversationId } = entry
    const places = devices.get(device) ?? new Map<string, number>()
    devices.set(device, places)
    const held = places.get(conversationId)
    if (entry.kind === 'reset') {
      if (entry.skipped)
        found.push(broken('I5', `${device} passed from seq ${held} to ${entry.held} in ${conversationId}`))
      if (entry.held === null) places.delete(conversationId)
      else places.set(conversationId, entry.held)
      continue
    }
    const { seq, what } = entry
    if (held !== undefined && seq <= held)
      found.push(
        broken('I4', `${device} applied seq ${seq} ("${what}") of ${conversationId} again: it held ${held}`),
      )
    if (held !== undefined && seq > held + 1)
      found.push(
        broken('I5', `${device} applied seq ${seq} ("${what}") of ${conversationId} when it held ${held}`),
      )
    places.set(conversationId, Math.max(seq, held ?? 0))
  }
  return found
}
