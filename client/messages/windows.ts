import type { Conversation } from '../../src/conversations/schema'
import { PAGE_DEFAULT } from '../../src/lib/limits'
import type { HistoryPage } from '../../src/messages/queries'
import type { Conversations } from '../conversations/conversations'
import { readUpTo } from '../conversations/list'
import { toProblem } from '../lib/problem'
import { fullJitter, Naps, type Timing } from '../lib/timing'
import {
  appendPage,
  hasNewer,
  hasOlder,
  prependPage,
  replaceWindow,
  resetTo,
  type Timeline,
} from './timeline'
import type { Opened, Timelines } from './timelines'

/** Message numbers; at most one of the three. */
export interface PageInput {
  conversationId: string
  before?: number
  after?: number
  around?: number
  limit: number
}

export interface WindowsDeps {
  timelines: Timelines
  list: Conversations
  timing: Timing
  readPage(input: PageInput): Promise<HistoryPage>
  /** A page was put into a window: its messages are in the log, and it may be older than what was held. */
  onPage(conversationId: string, page: HistoryPage): void
  /** The conversation is not there for this person. */
  onMissing(conversationId: string): void
}

/** Messages shown above the first unread one, so that it stands in its context. */
const CONTEXT = 10
/** A page that could not be loaded is not asked for again before this. */
const PAUSE_MS = 2_000

const MISSING: Opened = { status: 'error', readNumber: null, marked: false }

/** Moves what is seen of conversations: opening, paging, jumping. */
export class Windows {
  readonly #busy = new Set<string>()
  readonly #naps: Naps

  constructor(readonly deps: WindowsDeps) {
    this.#naps = new Naps(deps.timing)
  }

  /** Tries now what waits for another try. */
  wake(): void {
    this.#naps.wakeAll()
  }

  /** Goes to the first unread message, or to where one was last. Tries until it is closed. */
  open(conversationId: string): void {
    const conversation = this.deps.list.find(conversationId)
    const ready = conversation !== undefined && this.#isReady(conversation)
    this.deps.timelines.setOpened(conversationId, {
      status: ready ? 'ready' : 'loading',
      ...unreadOf(conversation),
    })
    if (!ready) void this.#prepare(conversationId)
  }

  close(conversationId: string): void {
    this.deps.timelines.setOpened(conversationId, null)
  }

  /** The divider goes above the message that is marked as unread. */
  mark(conversationId: string, number: number): void {
    const opened = this.deps.timelines.opened(conversationId)
    if (opened?.status !== 'ready') return
    this.deps.timelines.setOpened(conversationId, { ...opened, readNumber: number - 1, marked: true })
  }

  loadOlder(conversationId: string): void {
    void this.#once(`older ${conversationId}`, async () => {
      const timeline = this.deps.timelines.get(conversationId)
      if (timeline !== undefined && hasOlder(timeline)) await this.#loadBefore(conversationId, timeline)
    })
  }

  loadNewer(conversationId: string): void {
    void this.#once(`newer ${conversationId}`, async () => {
      const timeline = this.deps.timelines.get(conversationId)
      if (timeline === undefined || !hasNewer(timeline)) return
      await this.#load({ conversationId, after: timeline.to, limit: PAGE_DEFAULT }, appendPage)
    })
  }

  async jumpToLatest(conversationId: string): Promise<void> {
    const timeline = this.deps.timelines.get(conversationId)
    if (timeline !== undefined && hasNewer(timeline)) await this.loadNewest(conversationId)
  }

  async loadNewest(conversationId: string): Promise<void> {
    await this.#load({ conversationId, limit: PAGE_DEFAULT }, replaceWindow)
  }

  /** The newest page for a conversation of which nothing is held; whoever opens it meanwhile has chosen their own. */
  async loadInBackground(conversationId: string): Promise<void> {
    const { timelines } = this.deps
    const isFree = () =>
      timelines.opened(conversationId) === undefined && timelines.get(conversationId)?.messages.length === 0
    if (!isFree()) return
    await this.#load({ conversationId, limit: PAGE_DEFAULT }, (timeline, page) =>
      isFree() ? replaceWindow(timeline, page) : timeline,
    )
  }

  /** Lets go of the window and of what is missing, and begins with the newest page. */
  async restart(conversationId: string): Promise<void> {
    await this.#load({ conversationId, limit: PAGE_DEFAULT }, (_timeline, page) => resetTo(page))
  }

  async #prepare(conversationId: string): Promise<void> {
    const { timelines, list, timing } = this.deps
    const opened = timelines.opened(conversationId)
    for (let failures = 0; timelines.opened(conversationId) === opened; failures++) {
      try {
        await list.load()
        if (timelines.opened(conversationId) !== opened) return
        const conversation = list.find(conversationId)
        if (conversation === undefined) return timelines.setOpened(conversationId, MISSING)
        const unread = unreadOf(conversation)
        await this.#fetchFor(conversation)
        if (timelines.opened(conversationId) === opened)
          timelines.setOpened(conversationId, { status: 'ready', ...unread })
        return
      } catch (cause) {
        if (toProblem(cause).status === 404) {
          timelines.setOpened(conversationId, MISSING)
          return this.deps.onMissing(conversationId)
        }
        await this.#naps.sleep(fullJitter(timing, { baseMs: 1_000, capMs: 10_000, failures }))
      }
    }
  }

  #isReady(conversation: Conversation): boolean {
    const timeline = this.deps.timelines.get(conversation.id)
    return timeline !== undefined && covers(timeline, conversation)
  }

  async #fetchFor(conversation: Conversation): Promise<void> {
    const { id: conversationId, unread } = conversation
    const timeline = this.deps.timelines.follow(conversationId, conversation)
    if (covers(timeline, conversation)) return
    if (unread > PAGE_DEFAULT - CONTEXT)
      await this.#load(
        { conversationId, around: readUpTo(conversation) + 1, limit: PAGE_DEFAULT },
        replaceWindow,
      )
    else if (hasNewer(timeline) || timeline.messages.length === 0) await this.loadNewest(conversationId)
    else await this.#loadBefore(conversationId, timeline)
  }

  /** The page before the window; of a window that begins with the first message, the beginning of the log. */
  #loadBefore(conversationId: string, timeline: Timeline): Promise<void> {
    if (timeline.from <= 1) return this.loadNewest(conversationId)
    return this.#load({ conversationId, before: timeline.from, limit: PAGE_DEFAULT }, prependPage)
  }

  async #load(input: PageInput, put: (timeline: Timeline, page: HistoryPage) => Timeline): Promise<void> {
    const page = await this.deps.readPage(input)
    this.deps.timelines.change(input.conversationId, (timeline) => put(timeline, page))
    this.deps.onPage(input.conversationId, page)
  }

  async #once(key: string, task: () => Promise<void>): Promise<void> {
    if (this.#busy.has(key)) return
    this.#busy.add(key)
    const free = () => void this.#busy.delete(key)
    await task().then(free, () => this.deps.timing.after(PAUSE_MS, free))
  }
}

/** What is new in a conversation that is being opened. */
function unreadOf(conversation: Conversation | undefined): Pick<Opened, 'readNumber' | 'marked'> {
  if (conversation === undefined || conversation.unread === 0) return { readNumber: null, marked: false }
  const { readNumber } = conversation
  return { readNumber: readUpTo(conversation), marked: readUpTo(conversation) < readNumber }
}

/** Whether the window shows where the conversation is to be opened, with enough around it. */
function covers(timeline: Timeline, conversation: Conversation): boolean {
  if (conversation.unread === 0) return !hasOlder(timeline) || timeline.messages.length >= PAGE_DEFAULT
  const first = readUpTo(conversation) + 1
  const context = !hasOlder(timeline) || timeline.from <= first - CONTEXT
  return context && first >= timeline.from && first <= timeline.to
}
