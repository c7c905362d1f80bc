import type { User } from '../../src/accounts/schema'
import type { HistoryPage } from '../../src/messages/queries'
import { People } from '../accounts/people'
import { Conversations } from '../conversations/conversations'
import { MemberLists } from '../conversations/member-list'
import { gathered } from '../lib/gathered'
import { createIdSource } from '../lib/ids'
import type { Kept } from '../lib/kept'
import { type LiveSocket, openLiveSocket } from '../lib/live-socket'
import type { Timing } from '../lib/timing'
import { ALONE, type Api, type Caches } from '../lib/trpc'
import { Drafts } from '../messages/drafts'
import { Outbox } from '../messages/outbox'
import type { KeptMessage } from '../messages/outbox-state'
import { Timelines } from '../messages/timelines'
import { type PageInput, Windows } from '../messages/windows'
import { Acknowledger } from '../receipts/acknowledger'
import { Marker } from '../receipts/marker'
import { Reading } from '../receipts/reading'
import { Connection } from '../sync/connection'
import { Engine } from '../sync/engine'
import { Filler } from '../sync/filler'
import { TypingNotifier } from '../typing/notifier'
import { Typists } from '../typing/typists'

export interface SessionOptions {
  user: User
  api: Api
  caches: Caches
  timing: Timing
  kept: Kept<KeptMessage>
  /** ws: or wss:, of the `/trpc` route. */
  socketUrl: string
  WebSocket?: typeof WebSocket
  /** Whether somebody is looking at the page. */
  isAttentive(): boolean
  /** A page that was asked for before anybody knew who is signed in. */
  firstPage?: (input: PageInput) => Promise<HistoryPage> | null
  /** The server may not know this session any more. */
  onDoubt(): void
}

export type Session = ReturnType<typeof createSession>

/** A send without an answer for this long is tried again. The server answers within 8 s, whatever the answer. */
const SEND_MS = 10_000

/** All that works for one signed-in person in one tab. Nothing runs before `start`. */
export function createSession(options: SessionOptions) {
  const { user: me, api, caches, timing } = options
  const people = new People({
    timing,
    read: async (ids) => (await api.accounts.peopleByIds.query({ ids })).people,
  })
  people.learn([me])
  const list = new Conversations(caches, me, (named) => people.learn(named))
  const members = new MemberLists(
    caches,
    me,
    async (conversationId) => (await api.conversations.members.query({ conversationId })).members,
  )
  const timelines = new Timelines((conversationId) => members.followed(conversationId))
  const typists = new Typists(timing)
  const connection = new Connection(timing)
  const acknowledger = new Acknowledger({
    timing,
    update: (cursors) => api.receipts.update.mutate({ cursors }),
  })
  const marker = new Marker({
    list,
    timing,
    acknowledger,
    mark: (input) => api.receipts.markUnread.mutate(input),
  })
  const { isAttentive } = options
  const reading = new Reading({ list, timelines, acknowledger, marker, isAttentive })
  const drafts = new Drafts(me.id, timing)
  const notifier = new TypingNotifier(timing, (conversationId) =>
    api.typing.notify.mutate({ conversationId }),
  )
  const outbox = new Outbox({
    kept: options.kept,
    timing,
    newId: createIdSource(timing.now),
    send: (message) => api.messages.send.mutate(message, { ...ALONE, signal: AbortSignal.timeout(SEND_MS) }),
    reachable: () => !connection.isOffline,
    onSignedOut: options.onDoubt,
    onRefused: (message) => drafts.restore(message),
  })
  const windows = new Windows({
    timelines,
    list,
    timing,
    async readPage(input) {
      // Asked for ahead, it may have been refused: before a sign-in, for instance.
      const ahead = await options.firstPage?.(input)?.catch(() => null)
      return ahead ?? (await api.messages.history.query(input))
    },
    onPage: (conversationId, page) => engine.paged(conversationId, page),
    onMissing: (conversationId) => engine.missing(conversationId),
  })
  const filler = new Filler({
    list,
    timelines,
    windows,
    timing,
    readRange: (input) => api.sync.range.query(input),
    onEvent: (event) => engine.caughtUp(event),
    onFilled: (conversationId) => engine.stored(conversationId),
    onMissing: (conversationId) => engine.missing(conversationId),
  })
  const engine: Engine = new Engine({
    me,
    people,
    list,
    members,
    timelines,
    windows,
    outbox,
    acknowledger,
    reading,
    typists,
    filler,
    timing,
  })
  let socket: LiveSocket | null = null

  return {
    me,
    people,
    list,
    members,
    timelines,
    windows,
    outbox,
    drafts,
    marks: drafts.marks,
    reading,
    typists,
    notifier,
    connection,
    filler,
    engine,

    start(): void {
      filler.start()
      connection.down()
      socket = openLiveSocket({
        url: options.socketUrl,
        timing,
        ...(options.WebSocket === undefined ? {} : { WebSocket: options.WebSocket }),
        onEvent: gathered(timing, (event) => {
          if (socket !== null) void engine.receive(event)
        }),
        onOpen() {
          connection.up()
          wake()
        },
        onAlive: () => connection.up(),
        onClose: () => connection.down(),
        onRefused: options.onDoubt,
      })
      void outbox.start()
      list.load().catch(() => {
        // The list's own hook shows that it is missing, and the next `sync` asks again.
      })
    },

    /** Something has changed for the better: the network or the person is back. */
    returned(): void {
      socket?.nudge()
      wake()
      reading.returned()
    },

    /** The browser says that there is no network. It may be wrong (this very machine needs none), so the socket is asked. */
    networkLost(): void {
      connection.down()
      socket?.nudge()
    },

    /** What is unsent and unsaved stays for the next time. */
    stop(): void {
      socket?.close()
      socket = null
      for (const part of [outbox, filler, engine, marker, acknowledger, connection]) part.stop()
      typists.clear()
      drafts.saveAll()
    },
  }

  function wake(): void {
    outbox.wake()
    windows.wake()
    marker.wake()
    filler.wake()
  }
}
