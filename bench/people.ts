import { newId } from '../src/lib/ids'
import { HttpConnection } from './http'
import { openSocket } from './sockets'

/** Somebody with a session, a socket and a connection for calls, as a browser has them. */
export class Visitor {
  readonly #listeners = new Set<(text: string) => void>()
  readonly #calls = new Map<string, HttpConnection>()
  #socket: WebSocket | null = null

  private constructor(
    readonly id: string,
    readonly url: string,
    readonly cookie: string,
  ) {}

  /** Comes through the front door, as nobody before: a password is hashed for it. */
  static async signUp(url: string, username: string): Promise<Visitor> {
    const response = await fetch(`${url}/trpc/accounts.signUp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ username, password: crypto.randomUUID() }),
    })
    const { result }: { result?: { data: { user: { id: string } } } } = await response.json()
    const cookie = response.headers.getSetCookie()[0]?.split(';', 1)[0]
    if (result === undefined || cookie === undefined) throw new Error(`no sign-up: ${response.status}`)
    return new Visitor(result.data.user.id, url, cookie)
  }

  /** Resolves when the socket is past its sync. */
  async connect(): Promise<void> {
    this.#socket = await openSocket({
      url: `${this.url}/trpc`,
      headers: { cookie: this.cookie, origin: this.url },
      hello: '{"id":1,"method":"subscription","params":{"path":"sync.events"}}',
      begun: (text) => text.includes('"type":"sync"'),
      onText: (text) => {
        for (const listener of this.#listeners) listener(text)
      },
    })
  }

  /** What comes over the socket, as it is. */
  listen(listener: (text: string) => void): void {
    this.#listeners.add(listener)
  }

  /** Calls of one procedure one after the other. @throws for every answer but 200 */
  async call(path: string, input: object): Promise<void> {
    const connection = this.#calls.get(path) ?? this.#connection(path)
    await connection.post(JSON.stringify(input))
  }

  async send(conversationId: string, body: string): Promise<void> {
    await this.call('messages.send', { id: newId(), conversationId, body })
  }

  /** A conversation that is made by this call. */
  async create(path: string, input: object): Promise<string> {
    const response = await fetch(`${this.url}/trpc/${path}`, {
      method: 'POST',
      headers: { cookie: this.cookie, 'content-type': 'application/json', origin: this.url },
      body: JSON.stringify(input),
    })
    const { result }: { result: { data: { conversation: { id: string } } } } = await response.json()
    return result.data.conversation.id
  }

  /** Like a closed laptop. The session stays. */
  disconnect(): void {
    if (this.#socket !== null) {
      this.#socket.onclose = null
      this.#socket.close()
    }
    for (const connection of this.#calls.values()) connection.close()
    this.#calls.clear()
    this.#listeners.clear()
  }

  #connection(path: string): HttpConnection {
    const headers = { cookie: this.cookie, origin: this.url, 'content-type': 'application/json' }
    const connection = new HttpConnection(this.url, `/trpc/${path}`, headers)
    this.#calls.set(path, connection)
    return connection
  }
}
