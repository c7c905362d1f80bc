/**
 * How instances tell each other what was committed. The bus is a hint, never the truth: it may lose, double or reorder
 * a message, and the hub repairs all three from the database. What both sides (memory and Redis) do promise is in
 * `tests/live/bus.test.ts`, one contract for the two:
 *
 * - A message published on a subscribed channel of a healthy bus reaches every instance's listener, its publisher's too.
 * - Messages of one publisher on one channel arrive in the order they were published.
 * - `publish` never throws and never waits; while the bus is away a message reaches its own instance alone, so that people
 *   who share one go on as if nothing had happened.
 * - Channels subscribed before an outage are received again after it, without anybody asking.
 */
export interface Bus {
  /** False while messages may be getting lost without anybody noticing. */
  readonly healthy: boolean
  publish(channel: string, payload: string): void
  /** Resolves when the channels are being received; at once, with the wish kept, while the bus is away. */
  subscribe(channels: string[]): Promise<void>
  unsubscribe(channels: string[]): void
  /** Called for all channels that anybody subscribed to. */
  onMessage(listener: (channel: string, payload: string) => void): void
  /** Called when health changes, with the new value. */
  onHealth(listener: (healthy: boolean) => void): void
  close(): Promise<void>
}
