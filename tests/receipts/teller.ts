import { newId } from '../../src/lib/ids'
import type { Tab } from '../client/session'
import type { TestPerson } from '../support/client'
import type { TestServer } from '../support/server'
import { until } from '../support/until'
import * as oracle from './oracle'

export interface World {
  servers: readonly [TestServer, TestServer]
  /** Has the devices. */
  ada: TestPerson
  ben: TestPerson
  devices: readonly Tab[]
}

/** Does the acts of one story, on the real thing and on the oracle, in a conversation that Ben owns. */
export class Teller {
  place = oracle.begun
  /** What was done, for whoever reads a failure. */
  readonly told: string[] = []
  readonly #messages: { id: string; by: TestPerson }[] = []

  constructor(
    readonly world: World,
    readonly conversationId: string,
  ) {}

  async do(act: oracle.Act): Promise<void> {
    const isAway = !this.place.here && act.kind !== 'other' && act.kind !== 'join'
    const after = isAway ? null : await this.#do(act)
    if (after === null) return
    this.place = after
    const { last, read, from, here } = after
    const who = `${act.kind} on ${act.device}, by ${act.instance}`
    this.told.push(`${who}: ${here ? `${last} messages, read ${read}, marked ${from}` : 'away'}`)
  }

  /** Resolves when the server has answered; what follows from that is not waited for. null when there is nothing to do. */
  #do(act: oracle.Act): Promise<oracle.Place | null> {
    switch (act.kind) {
      case 'own':
        return this.#own(act)
      case 'other':
        return this.#other(act)
      case 'read':
        return this.#read(act)
      case 'mark':
        return this.#mark(act)
      case 'edit':
      case 'delete':
        return this.#change(act)
      case 'leave':
        return this.#leave(act)
      case 'join':
        return this.#join(act)
    }
  }

  async #own({ device }: oracle.Act): Promise<oracle.Place> {
    const { conversationId, world } = this
    const { outbox } = at(world.devices, device).session
    outbox.write(conversationId, 'by Ada')
    const mine = () => outbox.store.getState().pending.filter((one) => one.conversationId === conversationId)
    const [written] = mine().slice(-1)
    if (written === undefined) throw new Error('nothing was written')
    await until(() => mine().every((one) => one.id !== written.id || one.state === 'sent'))
    this.#messages.push({ id: written.id, by: world.ada })
    return oracle.sentByOneself(this.place)
  }

  async #other({ instance }: oracle.Act): Promise<oracle.Place> {
    const { conversationId, world } = this
    const id = newId()
    await this.#as(world.ben, instance).messages.send.mutate({ id, conversationId, body: 'by Ben' })
    this.#messages.push({ id, by: world.ben })
    return oracle.sentByOthers(this.place)
  }

  /** Somebody opens the conversation on a device and sees what that has got so far, the newest message at the end. */
  async #read({ device }: oracle.Act): Promise<oracle.Place | null> {
    const { conversationId, world } = this
    const { list, timelines, reading } = at(world.devices, device).session
    const entry = list.find(conversationId)
    const newest = timelines.get(conversationId)?.messages.at(-1)
    if (entry === undefined || newest === undefined) return null
    // As far as this device knows, all of it is read: it has nothing to say.
    if (newest.seq <= entry.readSeq && entry.unreadFrom === null) return null
    reading.left(conversationId)
    reading.shown(conversationId, newest.seq)
    await reading.deps.acknowledger.settled(conversationId)
    return oracle.read(this.place, newest.number)
  }

  async #mark({ device, instance, which }: oracle.Act): Promise<oracle.Place | null> {
    const { conversationId, world, place } = this
    if (place.last === 0) return null
    const number = 1 + (which % place.last)
    const { list, reading } = at(world.devices, device).session
    if (list.find(conversationId) === undefined)
      await this.#as(world.ada, instance).receipts.markUnread.mutate({ conversationId, number })
    else await reading.markUnread(conversationId, number)
    return oracle.marked(place, number)
  }

  async #change({ kind, instance, which }: oracle.Act): Promise<oracle.Place | null> {
    const message = this.#messages[which % this.#messages.length]
    if (message === undefined) return null
    const { messages } = this.#as(message.by, instance)
    const isGone = () => this.#messages.splice(this.#messages.indexOf(message), 1)
    if (kind === 'delete') await messages.delete.mutate({ id: message.id }).then(isGone)
    else await messages.edit.mutate({ id: message.id, body: `put better ${which}` })
    return this.place
  }

  async #leave({ instance }: oracle.Act): Promise<oracle.Place> {
    const { conversationId, world } = this
    await this.#as(world.ada, instance).conversations.leave.mutate({ conversationId })
    // A device that hears of it later forgets what it had to say, and what is read on it until then is not read.
    for (const { session } of world.devices)
      await until(() => session.list.find(conversationId) === undefined)
    return oracle.left(this.place)
  }

  async #join({ instance }: oracle.Act): Promise<oracle.Place | null> {
    const { conversationId, world } = this
    if (this.place.here) return null
    await this.#as(world.ada, instance).conversations.join.mutate({ conversationId })
    return oracle.joined(this.place)
  }

  #as(person: TestPerson, instance: number) {
    return person.on(at(this.world.servers, instance)).trpc
  }
}

function at<T>(list: readonly T[], index: number): T {
  const found = list[index % list.length]
  if (found === undefined) throw new Error('there are none')
  return found
}
