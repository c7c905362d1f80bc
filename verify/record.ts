import type { TRPCLink } from '@trpc/client'
import { observable } from '@trpc/server/observable'
import { toProblem } from '../client/lib/problem'
import type { Timelines } from '../client/messages/timelines'
import type { AppRouter } from '../src/router'
import type { LiveEvent } from '../src/sync/schema'
import { fingerprintOfEvent } from './fingerprint'
import type { FrameEntry, History } from './history'

interface Seen {
  device: string
  userId: string
}

/** Refusals that say something about the message itself: it was not and will not be stored. */
const DEFINITE = new Set([400, 403, 404, 409, 413])

/** Writes every call and its answer into the history. */
export function recordCalls(history: History, seen: Seen): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        const startedAt = history.now()
        let done = false
        const finish = (data: unknown, cause?: unknown) => {
          if (done) return
          done = true
          const problem = cause === undefined ? null : toProblem(cause)
          const span = { startedAt, endedAt: history.now() }
          const input = record(op.input)
          if (op.path === 'messages.send') addSend(span, { input, data: record(data), problem })
          history.add({
            kind: 'answer',
            ...seen,
            ...span,
            path: op.path,
            conversationId: textOf(input.conversationId),
            ok: problem === null,
            sentence: problem?.sentence ?? null,
          })
        }
        return next(op).subscribe({
          next(envelope) {
            if ('data' in envelope.result) finish(envelope.result.data)
            observer.next(envelope)
          },
          error(cause) {
            finish(null, cause)
            observer.error(cause)
          },
          complete: () => observer.complete(),
        })
      })

  function addSend(span: { startedAt: number; endedAt: number }, { input, data, problem }: Attempt): void {
    const status = problem?.status ?? null
    const refused = status !== null && DEFINITE.has(status)
    history.add({
      kind: 'send',
      ...seen,
      ...span,
      conversationId: textOf(input.conversationId) ?? '',
      id: textOf(input.id) ?? '',
      body: textOf(input.body) ?? '',
      outcome: problem === null ? 'ok' : refused ? 'refused' : 'unknown',
      seq: problem === null ? Number(data.seq) : null,
      number: problem === null ? Number(data.number) : null,
      status: problem === null ? 200 : status,
    })
  }
}

interface Attempt {
  input: Record<string, unknown>
  data: Record<string, unknown>
  problem: { status: number | null } | null
}

/** The WebSocket of a program that is no browser, every frame of which goes into the history. */
export function recordFrames(
  history: History,
  seen: Seen,
  headers: Record<string, string>,
): typeof WebSocket {
  let sockets = 0
  return class extends WebSocket {
    constructor(url: string | URL) {
      // Bun's own second argument: a browser sends cookie and origin by itself.
      super(url, { headers } as unknown as string[])
      sockets += 1
      const socket = sockets
      this.addEventListener('message', ({ data }) => {
        const entry = frameOf(String(data))
        if (entry !== null) history.add({ kind: 'frame', ...seen, at: history.now(), socket, ...entry })
      })
    }
  } as typeof WebSocket
}

type Frame = Pick<FrameEntry, 'type' | 'conversationId' | 'conversations' | 'seq' | 'subjectId'>

function frameOf(text: string): Frame | null {
  if (!text.startsWith('{')) return null
  const event = record(record(record(JSON.parse(text)).result).data) as Partial<LiveEvent>
  if (event.type === undefined) return null
  const { type } = event
  const conversations =
    type === 'sync' || type === 'digest' ? (event.heads ?? []).map((head) => head.conversationId) : []
  const conversationId =
    type === 'conversation' ? event.conversation?.id : 'conversationId' in event ? event.conversationId : null
  const subjectId = type === 'joined' ? event.user?.id : type === 'left' ? event.userId : null
  return {
    type,
    conversations,
    conversationId: conversationId ?? null,
    seq: 'seq' in event && typeof event.seq === 'number' ? event.seq : null,
    subjectId: subjectId ?? null,
  }
}

/** Writes every event that the client applies, and every other move of its place, into the history. */
export function recordApplied(history: History, seen: Seen, timelines: Timelines): void {
  const receive = timelines.receive.bind(timelines)
  let applying: string | null = null
  timelines.receive = (event) => {
    applying = event.conversationId
    const receipt = receive(event)
    applying = null
    const { conversationId, seq } = event
    if (receipt === 'applied')
      history.add({
        kind: 'applied',
        ...seen,
        at: history.now(),
        conversationId,
        seq,
        what: fingerprintOfEvent(event),
      })
    return receipt
  }
  timelines.store.subscribe(({ byId }, { byId: before }) => {
    if (byId === before) return
    for (const conversationId of new Set([...Object.keys(before), ...Object.keys(byId)])) {
      const held = byId[conversationId]?.held ?? null
      if (byId[conversationId] === before[conversationId] || conversationId === applying) continue
      if (held !== (before[conversationId]?.held ?? null))
        history.add({ kind: 'reset', ...seen, at: history.now(), conversationId, held })
    }
  })
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
