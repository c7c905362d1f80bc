import type { Viewer } from '../accounts/sessions'
import { memberOf } from '../conversations/access'
import type { Deps } from '../deps'
import { conversationChannel } from '../live/channels'
import type { TypingEvent } from './schema'

/** Tells the members, on the bus alone: a notice that gets lost is not missed. @throws what `memberOf` throws */
export async function notify(
  deps: Pick<Deps, 'sql' | 'bus' | 'typing'>,
  viewer: Viewer,
  conversationId: string,
): Promise<void> {
  const userId = viewer.user.id
  if (deps.typing.isRecent(conversationId, userId)) return
  await memberOf(deps, viewer, conversationId)
  deps.typing.note(conversationId, userId)
  const event: TypingEvent = { type: 'typing', conversationId, userId }
  deps.bus.publish(conversationChannel(conversationId), JSON.stringify(event))
}
