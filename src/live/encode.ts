import type { LiveEvent } from '../sync/schema'

/** The payload of an event that the hub makes itself; those of the log come encoded from the bus. */
export function encode(event: LiveEvent): string {
  return JSON.stringify(event)
}
