import { eq } from 'drizzle-orm'
import type { Viewer } from '../../src/accounts/sessions'
import { users } from '../../src/accounts/tables'
import { readHeads } from '../../src/conversations/queries'
import type { Deps } from '../../src/deps'
import { newId } from '../../src/lib/ids'
import { VERSIONS_PER_SEQ } from '../../src/lib/limits'
import { messages } from '../../src/messages/tables'
import { manyMessages, seed } from '../support/seed'
import { type FakeTiming, fakeTiming } from './clock'
import { Calls } from './replay-calls'
import { actionsOf, mutations, type Scene } from './replay-mutations'
import type { Deed, Step, Story, TabStep } from './replay-story'
import { ReplayTab } from './replay-tab'

const NAMES = ['Ada', 'Grace', 'Linus', 'Dora']
const FIRST_WORDS = { kind: 'messages.send', elsewhere: true, choice: { where: 0, whom: 0, what: 1 } }
/** The last one has no tab: whatever they do comes from elsewhere. */
const TABS = 3

/** Four people of their own, the tabs of three of them, and what they do to each other. */
export class World {
  readonly calls: Calls
  readonly timing: FakeTiming = fakeTiming()
  readonly viewers: Viewer[]
  tabs: ReplayTab[] = []
  readonly conversations: string[] = []
  readonly messages: Scene['messages'] = []
  /** Of each person, the ids of what they sent. */
  readonly #own: string[][] = NAMES.map(() => [])

  constructor(
    readonly deps: Deps,
    readonly pageMax: number,
  ) {
    this.calls = new Calls(deps)
    this.viewers = NAMES.map((displayName) => {
      const id = newId()
      const username = `u${id.replaceAll('-', '').slice(8)}`
      return { sessionId: newId(), user: { id, username, displayName, role: 'member' } }
    })
  }

  /** The first conversation, with what was written in it before; then everybody opens their tab. */
  async begin({ kind, members, old, readBy, late }: Story): Promise<void> {
    const { viewers, calls, deps } = this
    await deps.db
      .insert(users)
      .values(viewers.map(({ user }) => ({ ...user, passwordHash: 'signs nobody in' })))
    const [ada] = viewers
    if (ada === undefined) throw new Error('nobody is there')
    const those = (bits: number) =>
      viewers.filter((_, index) => (bits >> index) % 2 === 1).map(({ user }) => user.id)
    const input = { kind, name: 'first', memberIds: those(members << 1) }
    const { conversation } = await calls.as(ada).conversations.create.mutate(input)
    const conversationId = conversation.id
    this.conversations.push(conversationId)
    if (old > 0) {
      const written = manyMessages(old, [ada.user.id, ...input.memberIds])
      await seed(this, { conversationId, messages: written, readBy: those(readBy) })
      await this.#takeOver(conversationId)
    }
    // Something of their own for the first two, which they can edit and delete.
    const writers = viewers.slice(0, 1 + (members % 2))
    await Promise.all(writers.map((_, who) => this.#try({ ...FIRST_WORDS, who })))
    this.tabs = this.open(this.pageMax)
    await this.idle()
    for (const [index, tab] of this.tabs.entries()) {
      if ((late >> index) % 2 === 1) continue
      tab.deliver(Number.POSITIVE_INFINITY)
      tab.screen.show(conversationId)
    }
    await this.idle()
  }

  open(pageMax: number): ReplayTab[] {
    const { calls, timing } = this
    const tabs = this.viewers
      .slice(0, TABS)
      .map((viewer) => new ReplayTab({ viewer, calls, timing, pageMax }))
    for (const tab of tabs) tab.start()
    return tabs
  }

  async live(step: Step): Promise<void> {
    if (step.kind === 'deeds') await this.#act(step.deeds)
    else if (step.kind === 'wait') await this.timing.pass(step.ms)
    else if (step.kind === 'calm') for (const tab of this.tabs) tab.deliver(Number.POSITIVE_INFINITY)
    else {
      const tab = this.tabs[step.who]
      if (tab !== undefined) this.#happen(tab, step.step)
    }
    await this.idle()
  }

  /** Until nothing is under way, held, lost or waiting any more. */
  async calm(tabs: ReplayTab[]): Promise<void> {
    for (const tab of tabs) {
      tab.release()
      if (tab.lossy) tab.cut()
      if (!tab.connected) tab.connect()
    }
    await this.idle()
    for (let rounds = 0; rounds < 200; rounds++) {
      const { made } = this.calls
      for (const tab of tabs) tab.deliver(Number.POSITIVE_INFINITY)
      await this.timing.pass(1_500)
      await this.idle()
      if (this.calls.made === made && tabs.every((tab) => tab.upToDate)) return
    }
  }

  /** The hub reads before it tells of a new membership, and nobody can wait for that but by looking. */
  async calmAndKnown(): Promise<void> {
    for (let tries = 0; tries < 50; tries++) {
      await this.calm(this.tabs)
      const known = await Promise.all(
        this.tabs.map(async ({ session, me }) => {
          const heads = await readHeads(this.deps, me)
          return heads.every(({ conversationId }) => session.list.find(conversationId) !== undefined)
        }),
      )
      if (known.every(Boolean)) return
    }
  }

  stop(): void {
    for (const tab of this.tabs) tab.stop()
  }

  /** Nothing that was asked is unanswered, and the components have seen what was answered. */
  async idle(): Promise<void> {
    do await this.calls.idle()
    while (this.tabs.filter((tab) => tab.screen.refresh()).length > 0)
  }

  /** What was written before can be edited and deleted as well, and has moved its sender's cursors, as sending does. */
  async #takeOver(conversationId: string): Promise<void> {
    await this.deps.sql`
      UPDATE members
      SET delivered_seq = GREATEST(delivered_seq, last.seq), read_seq = GREATEST(read_seq, last.seq),
        read_number = GREATEST(read_number, last.number), unread_version = last.seq * ${VERSIONS_PER_SEQ}::bigint
      FROM (
        SELECT sender_id, max(seq) AS seq, max(number) AS number
        FROM messages WHERE conversation_id = ${conversationId} GROUP BY sender_id
      ) AS last
      WHERE conversation_id = ${conversationId} AND user_id = last.sender_id`
    const rows = await this.deps.db
      .select({ id: messages.id, body: messages.body, senderId: messages.senderId })
      .from(messages)
      .where(eq(messages.conversationId, conversationId))
    for (const { id, body, senderId } of rows) {
      this.messages.push({ id, conversationId, body })
      this.#own[this.viewers.findIndex(({ user }) => user.id === senderId)]?.push(id)
    }
  }

  async #act(deeds: Deed[]): Promise<void> {
    const before = this.#tellings()
    const refusals = await Promise.all(deeds.map((deed) => this.#try(deed)))
    if (refusals.every(Boolean) && this.#tellings() !== before)
      throw new Error(`refused, and yet something happened: ${JSON.stringify(deeds)}`)
  }

  /** Whether it was refused. An answer that is held back is no refusal. */
  async #try({ kind, who, elsewhere, choice }: Deed): Promise<boolean> {
    const viewer = this.viewers[who]
    const attempt = mutations[kind]
    if (viewer === undefined || attempt === undefined) throw new Error(`nobody can ${kind}`)
    const tab = elsewhere ? undefined : this.tabs[who]
    const api = tab?.api ?? this.calls.as(viewer)
    const scene: Scene = {
      api,
      me: viewer.user.id,
      people: this.viewers.map(({ user }) => user.id),
      conversations: this.conversations,
      messages: this.messages,
      own: this.#own[who] ?? [],
      actions: actionsOf(api, tab?.session.list),
    }
    const done = attempt(scene, choice).then(
      () => false,
      () => true,
    )
    const answered = this.calls.idle().then(() => false)
    return Promise.race([done, answered])
  }

  #tellings(): number {
    return this.tabs.reduce((sum, { told }) => sum + told, 0)
  }

  #happen(tab: ReplayTab, step: TabStep): void {
    const { conversations } = this
    const { windows, outbox } = tab.session
    const onScreen = tab.screen.conversationId
    if (step.kind === 'deliver') tab.deliver(step.count)
    else if (step.kind === 'repeat') tab.repeat(step.which)
    else if (step.kind === 'show') tab.screen.show(conversations[step.which % conversations.length] ?? null)
    else if (step.kind === 'release') tab.release(step.which % 5 === 0 ? undefined : step.which)
    else if (step.kind === 'hide') tab.screen.show(null)
    else if (step.kind === 'connect') {
      if (!tab.connected) tab.connect()
    } else if (step.kind === 'lose' || step.kind === 'hold' || step.kind === 'cut') tab[step.kind]()
    else if (step.kind === 'look') tab.screen.look()
    else if (onScreen === null) return
    else if (step.kind === 'write') outbox.write(onScreen, `written ${step.which}`)
    else if (step.kind === 'mark') void tab.session.reading.markUnread(onScreen, 1 + (step.which % 6))
    else if (step.kind === 'slow') {
      tab.hold()
      windows.loadOlder(onScreen)
    } else if (step.kind === 'older') windows.loadOlder(onScreen)
    else if (step.kind === 'newer') windows.loadNewer(onScreen)
    else void windows.jumpToLatest(onScreen).catch(() => {})
  }
}
