import type { QueryClient } from '@tanstack/react-query'
import type { Session } from '../../client/app/session'
import { type Kept, keptInMemory } from '../../client/lib/kept'
import { createItemBuilder } from '../../client/messages/build-items'
import type { ShownMessage } from '../../client/messages/items'
import type { KeptMessage } from '../../client/messages/outbox-state'
import { openSession } from '../../verify/program'
import type { TestPerson } from '../support/client'

export interface Tab extends Disposable {
  session: Session
  queryClient: QueryClient
  kept: Kept<KeptMessage>
  /** Whether somebody looks at this tab: false at first. */
  attentive: boolean
  /** How often the server's word was doubted. */
  doubts: number
  /** The messages of a conversation that is open, as they are drawn. */
  shown(conversationId: string): ShownMessage[]
  bodies(conversationId: string): string[]
}

interface TabOptions {
  /** Where the server is reached, by way of a proxy for instance. */
  url: string
  /** The server's own address, which is the page's origin. */
  origin: string
  kept?: Kept<KeptMessage>
}

/** The client without its components: everything that works for one person in one tab, against a real server. */
export function openTab(person: TestPerson, { url, origin, kept = keptInMemory() }: TabOptions): Tab {
  const { session, queryClient } = openSession({
    ...{ person, url, origin, kept },
    isAttentive: () => tab.attentive,
    onDoubt: () => {
      tab.doubts += 1
    },
  })
  const build = createItemBuilder(person.user.id)
  const tab: Tab = {
    session,
    queryClient,
    kept,
    attentive: false,
    doubts: 0,
    shown(conversationId) {
      const timeline = session.timelines.get(conversationId)
      if (timeline === undefined) return []
      const { everybody } = session.members.cursors(conversationId)
      const pending = session.outbox.store
        .getState()
        .pending.filter((one) => one.conversationId === conversationId)
      const { readNumber = null, marked = false } = session.timelines.opened(conversationId) ?? {}
      const { items } = build({ timeline, pending, everybody, readNumber, marked })
      return items.flatMap((item) => (item.kind === 'message' ? [item.message] : []))
    },
    bodies: (conversationId) => tab.shown(conversationId).map(({ body }) => body),
    [Symbol.dispose]: () => session.stop(),
  }
  session.start()
  return tab
}
