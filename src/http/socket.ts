import { type AnyTRPCRouter, callTRPCProcedure } from '@trpc/server'
import type { Server, WebSocketHandler } from 'bun'
import type { Viewer } from '../accounts/sessions'
import type { Deps } from '../deps'
import { AppError } from '../lib/errors'
import { conversationTopic } from '../live/channels'
import { LiveStream } from '../live/stream'
import { asTRPCError, type Context, shapeOf } from '../rpc'
import { Admission, type AdmissionLimits } from './admission'
import { frame, parseRequest, type Request } from './frames'
import { OpenSockets } from './open-sockets'
import { type Socket, type SocketData, Subscription } from './subscription'

const SUBSCRIPTIONS_MAX = 10
const FRAME_MAX_BYTES = 16 * 1024
/** What may wait for a slow client. Past it the socket is closed; its client comes back and syncs. */
const BUFFER_MAX_BYTES = 1024 * 1024
/** Twice the client's ping interval and more. */
const IDLE_SECONDS = 60
/** While 5,000 sockets are opened, within a second, the 99th percentile of sends is below 0.2 s; without, it was 2.7 s. */
const ADMISSION: AdmissionLimits = { active: 16, waiting: 2_000 }

/**
 * tRPC's WebSocket protocol on Bun's own sockets, for subscriptions only.
 *
 * A subscription that returns a live stream is attached, not iterated: the socket joins native topics named by
 * conversation and subscription id, and an event is serialised once for this instance and handed to `server.publish`.
 * Everything else about tRPC stays: input, middleware, errors, and the client's types.
 */
export function createSocket(deps: Deps, router: AnyTRPCRouter, limits = ADMISSION) {
  const admission = new Admission(limits)
  const sockets = new OpenSockets()
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
      for (const subscription of ws.data.subscriptions.values()) end(subscription)
    },
  }

  function receive(ws: Socket, text: string): void {
    const request = parseRequest(text)
    if (request === null) return void ws.close(1008, 'Not a tRPC request')
    const { subscriptions } = ws.data
    if (request.kind === 'stop') {
      const subscription = subscriptions.get(request.id)
      if (subscription !== undefined && end(subscription)) ws.send(frame.stopped(request.id))
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
    const subscription = begin(ws, id)
    try {
      const result: unknown = await callTRPCProcedure({
        router,
        path,
        getRawInput: async () => input,
        ctx: contextOf(deps, ws.data.viewer),
        type: 'subscription',
        signal: undefined,
        batchIndex: 0,
      })
      if (!(result instanceof LiveStream)) throw new Error(`${path} is no live stream`)
      ws.send(frame.started(id))
      await admission.attach(async () => {
        if (isOpen(subscription)) subscription.attached(await result.attach(subscription))
      })
    } catch (error) {
      if (end(subscription)) refuse(ws, request, error)
    }
  }

  /** Counted before it follows anything: the broadcast must know the id when the first event comes. */
  function begin(ws: Socket, id: number | string): Subscription {
    const subscription = new Subscription(ws, id)
    ws.data.subscriptions.set(id, subscription)
    if (subscription.native !== null) count(subscription.native, 1)
    return subscription
  }

  /** @returns false when it had ended before; its id may be another's by now */
  function end(subscription: Subscription): boolean {
    const { ws, id, native } = subscription
    if (!isOpen(subscription)) return false
    ws.data.subscriptions.delete(id)
    if (native !== null) count(native, -1)
    subscription.stop()
    return true
  }

  function refuse(ws: Socket, { id, path }: Request, thrown: unknown): void {
    const error = asTRPCError(thrown)
    if (error.code === 'INTERNAL_SERVER_ERROR')
      deps.logger.error({ error: thrown, path }, 'subscription failed')
    ws.send(frame.error(id, shapeOf(error, { type: 'subscription', path })))
  }

  return {
    websocket,
    sockets,
    admission,

    /** The server whose topics are published to: known only once it listens. */
    bind(listening: Server<SocketData>): void {
      server = listening
    },

    /** @returns false when the request was no upgrade after all */
    upgrade(request: globalThis.Request, listening: Server<SocketData>, viewer: Viewer): boolean {
      return listening.upgrade(request, { data: { viewer, subscriptions: new Map() } })
    },
  }
}

export type SocketServer = ReturnType<typeof createSocket>

function isOpen(subscription: Subscription): boolean {
  return subscription.ws.data.subscriptions.get(subscription.id) === subscription
}

function contextOf(deps: Deps, viewer: Viewer): Context {
  return { deps, viewer, cookie: { set: () => {}, clear: () => {} } }
}
