import {
  type AnyTRPCRouter,
  callTRPCProcedure,
  getTRPCErrorFromUnknown,
  getTRPCErrorShape,
} from '@trpc/server'
import type { Server, ServerWebSocket, WebSocketHandler } from 'bun'
import type { Viewer } from '../accounts/sessions'
import type { Deps } from '../deps'
import { AppError } from '../lib/errors'
import { conversationTopic } from '../live/channels'
import { LiveStream, type Sink } from '../live/stream'
import { asRefusal, type Context, toTRPCError } from '../rpc'
import { frame, parseRequest, type Request } from './frames'

/** Subscriptions under these ids join native topics; tRPC's client gives Confab's own one the id 1. */
const NATIVE_IDS = 8
const SUBSCRIPTIONS_MAX = 10
const FRAME_MAX_BYTES = 16 * 1024
/** What may wait for a slow client. Past it the socket is closed; its client comes back and syncs. */
const BUFFER_MAX_BYTES = 1024 * 1024
/** Twice the client's ping interval and more. */
const IDLE_SECONDS = 60
/** Sockets closed in one go when the server goes away, and the pause after, so that they don't come back at once. */
const DRAIN_BATCH = 200
const DRAIN_PAUSE_MS = 50

/** Close codes: "service restart" of the registry, and one of our own that tells a client not to come back. */
const GOING_AWAY = 1012
const SIGNED_OUT = 4401

export interface SocketData {
  viewer: Viewer
  subscriptions: Map<number | string, AbortController>
}
type Socket = ServerWebSocket<SocketData>

/**
 * tRPC's WebSocket protocol on Bun's own sockets, for subscriptions only.
 *
 * A subscription that returns a live stream is attached, not iterated: the socket joins native topics named by
 * conversation and subscription id, and an event is serialised once for this instance and handed to `server.publish`.
 * Everything else about tRPC stays: input, middleware, errors, and the client's types.
 */
export function createSocket(deps: Deps, router: AnyTRPCRouter) {
  const sockets = new Set<Socket>()
  /** How many subscriptions use each native id here: most often only the id 1 is in use. */
  const nativeUses = new Map<number, number>()
  let server: Server<SocketData> | null = null

  deps.hub.onBroadcast((conversationId, payload) => {
    for (const id of nativeUses.keys())
      server?.publish(conversationTopic(conversationId, id), frame.data(id, payload))
  })

  function count(id: number, change: 1 | -1): void {
    const uses = (nativeUses.get(id) ?? 0) + change
    if (uses === 0) nativeUses.delete(id)
    else nativeUses.set(id, uses)
  }

  const websocket: WebSocketHandler<SocketData> = {
    maxPayloadLength: FRAME_MAX_BYTES,
    backpressureLimit: BUFFER_MAX_BYTES,
    closeOnBackpressureLimit: true,
    idleTimeout: IDLE_SECONDS,
    perMessageDeflate: false,
    open(ws) {
      sockets.add(ws)
    },
    message(ws, text) {
      if (text === 'PING') ws.send('PONG')
      else if (typeof text !== 'string') ws.close(1003, 'Text only')
      else receive(ws, text)
    },
    close(ws) {
      sockets.delete(ws)
      for (const subscription of ws.data.subscriptions.values()) subscription.abort()
      ws.data.subscriptions.clear()
    },
  }

  function receive(ws: Socket, text: string): void {
    const request = parseRequest(text)
    if (request === null) return void ws.close(1008, 'Not a tRPC request')
    const { subscriptions } = ws.data
    if (request.kind === 'stop') {
      subscriptions.get(request.id)?.abort()
      if (subscriptions.delete(request.id)) ws.send(frame.stopped(request.id))
    } else if (request.kind !== 'subscription')
      refuse(ws, request, new AppError('BAD_REQUEST', 'Only subscriptions come over the socket.'))
    else if (subscriptions.has(request.id))
      refuse(ws, request, new AppError('BAD_REQUEST', 'That id is in use.'))
    else if (subscriptions.size >= SUBSCRIPTIONS_MAX)
      refuse(ws, request, new AppError('TOO_MANY_REQUESTS', `At most ${SUBSCRIPTIONS_MAX} subscriptions.`))
    else void subscribe(ws, request)
  }

  async function subscribe(ws: Socket, request: Request): Promise<void> {
    const { id, path, input } = request
    const ended = new AbortController()
    ws.data.subscriptions.set(id, ended)
    try {
      const result: unknown = await callTRPCProcedure({
        router,
        path,
        getRawInput: async () => input,
        ctx: contextOf(deps, ws.data.viewer),
        type: 'subscription',
        signal: ended.signal,
        batchIndex: 0,
      })
      if (!(result instanceof LiveStream)) throw new Error(`${path} is no live stream`)
      ws.send(frame.started(id))
      const detach = await attach(ws, id, result)
      if (ended.signal.aborted) detach()
      else ended.signal.addEventListener('abort', detach)
    } catch (error) {
      ws.data.subscriptions.delete(id)
      refuse(ws, request, error)
    }
  }

  /** Counted before it follows anything: the broadcast must know the id when the first event comes. */
  async function attach(ws: Socket, id: number | string, stream: LiveStream): Promise<() => void> {
    const native = nativeId(id)
    if (native === null) return stream.attach(sinkOf(ws, id))
    count(native, 1)
    try {
      const detach = await stream.attach(sinkOf(ws, id))
      return () => {
        detach()
        count(native, -1)
      }
    } catch (error) {
      count(native, -1)
      throw error
    }
  }

  function refuse(ws: Socket, { id, path, input }: Request, thrown: unknown): void {
    const refusal = asRefusal(thrown)
    const error = refusal === null ? getTRPCErrorFromUnknown(thrown) : toTRPCError(refusal)
    if (error.code === 'INTERNAL_SERVER_ERROR')
      deps.logger.error({ err: thrown, path }, 'subscription failed')
    const ctx = undefined
    const shape = getTRPCErrorShape({
      config: router._def._config,
      error,
      type: 'subscription',
      path,
      input,
      ctx,
    })
    ws.send(frame.error(id, shape))
  }

  return {
    websocket,

    /** The server whose topics are published to: known only once it listens. */
    bind(listening: Server<SocketData>): void {
      server = listening
    },

    /** @returns false when the request was no upgrade after all */
    upgrade(request: globalThis.Request, listening: Server<SocketData>, viewer: Viewer): boolean {
      return listening.upgrade(request, { data: { viewer, subscriptions: new Map() } })
    },

    /** Closes all sockets in small batches, so that their clients come back spread out. */
    async drain(): Promise<void> {
      for (const [index, ws] of [...sockets].entries()) {
        ws.close(GOING_AWAY, 'Service restart')
        if (index % DRAIN_BATCH === DRAIN_BATCH - 1) await Bun.sleep(DRAIN_PAUSE_MS)
      }
    },

    get size(): number {
      return sockets.size
    },
  }
}

export type SocketServer = ReturnType<typeof createSocket>

function sinkOf(ws: Socket, id: number | string): Sink {
  const native = nativeId(id)
  return {
    follow(conversationId) {
      if (native === null) return false
      ws.subscribe(conversationTopic(conversationId, native))
      return true
    },
    unfollow(conversationId) {
      if (native !== null) ws.unsubscribe(conversationTopic(conversationId, native))
    },
    send(payload) {
      // 0: dropped. What follows would leave a hole at the end of the stream, where no later event shows it.
      if (ws.send(frame.data(id, payload)) === 0) ws.close(1013, 'Too slow')
    },
    end(reason) {
      if (reason === 'signed out') ws.close(SIGNED_OUT, 'Signed out')
      else ws.close(GOING_AWAY, 'Service restart')
    },
  }
}

function nativeId(id: number | string): number | null {
  return typeof id === 'number' && Number.isInteger(id) && id >= 1 && id <= NATIVE_IDS ? id : null
}

function contextOf(deps: Deps, viewer: Viewer): Context {
  return { deps, viewer, cookie: { set: () => {}, clear: () => {} } }
}
