import type { Bus } from '../live/bus'
import { userChannel } from '../live/channels'
import type { UnreadEvent } from './schema'

/** Tells a person's own devices of their mark: on their own channel, since what a conversation hears is the same for all. */
export function tellUnread(bus: Bus, mark: Omit<UnreadEvent, 'type'> & { userId: string }): void {
  const { userId, conversationId, unreadFrom, unreadVersion } = mark
  const event: UnreadEvent = { type: 'unread', conversationId, unreadFrom, unreadVersion }
  bus.publish(userChannel(userId), JSON.stringify(event))
}
