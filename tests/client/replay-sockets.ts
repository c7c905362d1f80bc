import { expect } from 'bun:test'
import { hasNewer, hasOlder } from '../../client/messages/timeline'
import { signUp, type TestPerson } from '../support/client'
import type { TestServer } from '../support/server'
import { until } from '../support/until'
import { detail, outline } from './replay-compare'
import { actionsOf, mutations, type Scene } from './replay-mutations'
import { Screen } from './replay-screen'
import type { Deed, Story, TabStep } from './replay-story'
import { openTab, type Tab } from './session'

interface Client extends Disposable {
  person: TestPerson
  tab: Tab
  screen: Screen
}

/** A sequence as it is lived by real tabs: over HTTP and sockets, in the time that it takes. */
export async function replayOnSockets(server: TestServer, story: Story): Promise<void> {
  const people = await Promise.all(['Ada', 'Grace', 'Linus', 'Dora'].map((name) => signUp(server, name)))
  const open = (person: TestPerson) => openClient(server, person)
  using clients = new DisposableStack()
  const old = people.slice(0, 3).map((person) => clients.use(open(person)))
  const life = await begin(people, story)
  await settled(old)
  for (const { screen } of old) screen.show(life.conversations[0] ?? null)
  for (const step of story.steps) {
    if (step.kind === 'deeds')
      await Promise.all(step.deeds.map((deed) => attempt({ ...life, old, people }, deed)))
    const client = step.kind === 'tab' ? old[step.who] : undefined
    if (step.kind === 'tab' && client !== undefined) happen(client, step.step, life.conversations)
    for (const { screen } of old) screen.refresh()
  }
  await settled(old)
  const fresh = people.slice(0, 3).map((person) => clients.use(open(person)))
  for (const [index, client] of old.entries()) {
    const other = fresh[index]
    if (other === undefined) throw new Error('somebody is missing')
    await becomeEqual([client, other], ({ tab }) => outline(tab))
    for (const { id } of outline(client.tab).entries) {
      await Promise.all([loadAll(client, id), loadAll(other, id)])
      await becomeEqual([client, other], ({ tab }) => detail(tab, id))
    }
  }
}

type Life = Pick<Scene, 'conversations' | 'messages'> & { own: string[][] }

async function begin(people: TestPerson[], { kind, members }: Story): Promise<Life> {
  const [ada] = people
  if (ada === undefined) throw new Error('nobody is there')
  const memberIds = people
    .slice(1)
    .flatMap(({ user }, index) => ((members >> index) % 2 === 1 ? [user.id] : []))
  const { conversation } = await ada.trpc.conversations.create.mutate({ kind, name: 'first', memberIds })
  return { conversations: [conversation.id], messages: [], own: people.map(() => []) }
}

async function attempt(life: Life & { old: Client[]; people: TestPerson[] }, deed: Deed): Promise<void> {
  const { kind, who, elsewhere, choice } = deed
  const person = life.people[who]
  if (person === undefined) throw new Error('nobody is there')
  const list = elsewhere ? undefined : life.old[who]?.tab.session.list
  const scene: Scene = {
    api: person.trpc,
    me: person.user.id,
    people: life.people.map(({ user }) => user.id),
    conversations: life.conversations,
    messages: life.messages,
    own: life.own[who] ?? [],
    actions: actionsOf(person.trpc, list),
  }
  await mutations[kind]?.(scene, choice).catch(() => {})
}

function happen({ tab, screen }: Client, step: TabStep, conversations: string[]): void {
  const { windows, outbox, reading } = tab.session
  const { conversationId } = screen
  if (step.kind === 'show') screen.show(conversations[step.which % conversations.length] ?? null)
  if (step.kind === 'look') screen.look()
  if (conversationId === null) return
  if (step.kind === 'older') windows.loadOlder(conversationId)
  if (step.kind === 'write') outbox.write(conversationId, `written ${step.which}`)
  if (step.kind === 'mark') void reading.markUnread(conversationId, 1 + (step.which % 6))
}

function openClient(server: TestServer, person: TestPerson): Client {
  const tab = openTab(person, { url: server.url, origin: server.url })
  tab.attentive = true
  const screen = new Screen(tab.session, tab.queryClient)
  const close = () => {
    screen.show(null)
    tab[Symbol.dispose]()
  }
  return { person, tab, screen, [Symbol.dispose]: close }
}

/** Everybody is in what the server says they are in, and nothing is on its way any more. */
async function settled(clients: Client[]): Promise<void> {
  for (const { person, tab, screen } of clients)
    await until(async () => {
      screen.refresh()
      const { conversations } = await person.trpc.conversations.list.query({})
      const isHeld = ({ id, lastSeq }: { id: string; lastSeq: number }) =>
        tab.session.timelines.get(id)?.held === lastSeq
      const isSent = tab.session.outbox.store.getState().pending.every(({ state }) => state === 'failed')
      return isSent && conversations.every(isHeld)
    })
}

async function loadAll({ tab, screen }: Client, conversationId: string): Promise<void> {
  const { timelines, windows } = tab.session
  screen.show(conversationId)
  await until(() => {
    const timeline = timelines.get(conversationId)
    if (timeline === undefined || timelines.opened(conversationId)?.status !== 'ready') return false
    if (hasOlder(timeline)) windows.loadOlder(conversationId)
    if (hasNewer(timeline)) windows.loadNewer(conversationId)
    return !hasOlder(timeline) && !hasNewer(timeline)
  })
}

async function becomeEqual([old, fresh]: [Client, Client], look: (client: Client) => unknown): Promise<void> {
  await until(() => Bun.deepEquals(look(old), look(fresh)), { within: 15_000 }).catch(() => {
    expect(look(old)).toEqual(look(fresh))
  })
}
