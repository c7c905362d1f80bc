import type { WebSocket as BunSocket } from 'bun'
import type { Session } from '../client/app/session'
import type { Pending } from '../client/messages/outbox-state'
import type { Sent } from '../src/messages/schema'
import type { History } from './history'
import { openSession, type ProgramOptions } from './program'
import { recordApplied, recordCalls, recordFrames } from './record'

export interface ParticipantOptions
  extends Pick<ProgramOptions, 'person' | 'url' | 'origin' | 'kept' | 'timing'> {
  /** Names the device in the history. */
  device: string
  history: History
}

/**
 * One person's client on one device: the product's own client without its screens, whose sends, frames, answers and applied
 * events go into the history.
 */
export class Participant {
  readonly device: string
  readonly userId: string
  readonly person: ParticipantOptions['person']
  readonly session: Session
  readonly #history: History
  /** How often the server's word about this session was doubted. */
  doubts = 0
  #socket: BunSocket | null = null

  constructor(options: ParticipantOptions) {
    const { device, person, history } = options
    const seen = { device, userId: person.user.id }
    this.device = device
    this.userId = person.user.id
    this.person = person
    this.#history = history
    const { session } = openSession({
      ...options,
      observe: recordCalls(history, seen),
      wrap: (Plain) => this.#holding(recordFrames(history, seen, Plain)),
      isAttentive: () => true,
      onDoubt: () => {
        this.doubts += 1
      },
    })
    this.session = session
    recordApplied(history, seen, this.session.timelines)
    history.add({ kind: 'device', ...seen, at: history.now(), state: 'opened', owes: [] })
    this.session.start()
  }

  get online(): boolean {
    return this.session.connection.store.getState().state === 'online'
  }

  /** Messages that are written and not yet answered for. What was refused is answered. */
  get owed(): number {
    return this.#owes().length
  }

  /**
   * As by pressing Enter.
   *
   * @returns the message's id
   */
  write(conversationId: string, body: string): string {
    const { outbox } = this.session
    const before = new Set(outbox.store.getState().pending.map(({ id }) => id))
    outbox.write(conversationId, body)
    const written = outbox.store.getState().pending.find(({ id }) => !before.has(id))
    if (written === undefined) throw new Error('the outbox took nothing')
    const { device, userId } = this
    this.#history.add({
      kind: 'write',
      at: this.#history.now(),
      device,
      userId,
      conversationId,
      id: written.id,
      body,
    })
    return written.id
  }

  /** One more try of a message, past the outbox: as by a copy of the request that was under way all the while. */
  sendAgain(message: { id: string; conversationId: string; body: string }): Promise<Sent> {
    return this.session.outbox.deps.send(message)
  }

  /** How far it holds a conversation; null when it does not follow it. */
  held(conversationId: string): number | null {
    return this.session.timelines.get(conversationId)?.held ?? null
  }

  /** As by opening the conversation and looking at its end. */
  look(conversationId: string): void {
    const { windows, reading, timelines } = this.session
    windows.open(conversationId)
    const { head = 0 } = timelines.get(conversationId) ?? {}
    if (head > 0) reading.shown(conversationId, head)
  }

  /** Writes down what it shows now. */
  recordFinal(): void {
    const { session, device, userId } = this
    this.#recordState('end')
    for (const [conversationId, timeline] of session.timelines.all()) {
      this.#history.add({
        kind: 'final',
        device,
        userId,
        conversationId,
        held: timeline.held,
        from: timeline.from,
        to: timeline.to,
        lastNumber: timeline.lastNumber,
        messages: timeline.messages.map(({ id, number, seq, senderId, body, deletedAt }) => ({
          ...{ id, number, seq, senderId, body },
          deleted: deletedAt !== null,
        })),
      })
    }
  }

  /** Breaks its socket without a goodbye. It opens another by itself. */
  cut(): void {
    this.#socket?.terminate()
  }

  stop(): void {
    this.session.stop()
    this.#recordState('closed')
  }

  #recordState(state: 'closed' | 'end'): void {
    const { device, userId } = this
    this.#history.add({ kind: 'device', device, userId, at: this.#history.now(), state, owes: this.#owes() })
  }

  #owes(): string[] {
    return this.session.outbox.store
      .getState()
      .pending.filter(isOwed)
      .map(({ id }) => id)
  }

  #holding(Base: typeof WebSocket): typeof WebSocket {
    const hold = (socket: WebSocket) => {
      // Of a browser's socket, which the type is, there is no way to break it.
      this.#socket = socket as BunSocket
    }
    return class extends Base {
      constructor(url: string | URL) {
        super(url)
        hold(this)
      }
    } as typeof WebSocket
  }
}

function isOwed({ state }: Pending): boolean {
  return state !== 'sent' && state !== 'failed'
}
