import type { TRPCLink } from '@trpc/client'
import { observable } from '@trpc/server/observable'
import { toProblem } from '../client/lib/problem'
import { DEFINITE } from '../client/messages/outbox'
import type { Timelines } from '../client/messages/timelines'
import type { AppRouter } from '../src/router'
import type { LiveEvent, LogEvent } from '../src/sync/schema'
import { fingerprintOfEvent } from './fingerprint'
import type { FrameEntry, History, Standing } from './history'

interface Seen {
  device: string
  userId: string
}

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
            subjectIds: [input.userId, input.userIds].flat().flatMap((id) => textOf(id) ?? []),
            ok: problem === null,
            status: problem === null ? 200 : problem.status,
            sentence: problem?.sentence ?? null,
            heads: headsOf(input, record(data)),
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

/** Where the conversations stand that an answer tells of: a page, a range, one conversation or the list. */
function headsOf(input: Record<string, unknown>, data: Record<string, unknown>): Standing[] {
  const listed = Array.isArray(data.conversations) ? data.conversations : []
  const told = [data.conversation, ...listed].map(record)
  const asked = {
    id: input.conversationId,
    lastSeq: data.head === Object(data.head) ? record(data.head).seq : data.head,
  }
  return [asked, ...told].flatMap(({ id, lastSeq }) =>
    typeof id === 'string' && typeof lastSeq === 'number' ? [{ conversationId: id, seq: lastSeq }] : [],
  )
}

interface Attempt {
  input: Record<string, unknown>
  data: Record<string, unknown>
  problem: { status: number | null } | null
}

/** A WebSocket every frame of which goes into the history. */
export function recordFrames(history: History, seen: Seen, Plain: typeof WebSocket): typeof WebSocket {
  let sockets = 0
  return class extends Plain {
    constructor(url: string | URL) {
      super(url)
      sockets += 1
      const socket = sockets
      this.addEventListener('message', ({ data }) => {
        const entry = frameOf(String(data))
        if (entry !== null) history.add({ kind: 'frame', ...seen, at: history.now(), socket, ...entry })
      })
    }
  } as typeof WebSocket
}

type Frame = Pick<FrameEntry, 'type' | 'conversationId' | 'heads' | 'seq' | 'what' | 'subjectId'>

function frameOf(text: string): Frame | null {
  if (!text.startsWith('{')) return null
  const event = record(record(record(JSON.parse(text)).result).data) as Partial<LiveEvent>
  if (event.type === undefined) return null
  const news = event.type === 'conversation' ? event.conversation : undefined
  const logged = 'seq' in event && typeof event.seq === 'number'
  return {
    type: event.type,
    conversationId: news?.id ?? ('conversationId' in event ? (event.conversationId ?? null) : null),
    heads: standingsIn(event),
    seq: logged ? (event.seq ?? null) : null,
    what: logged ? fingerprintOfEvent(event as LogEvent) : null,
    subjectId:
      event.type === 'joined' ? (event.user?.id ?? null) : 'userId' in event ? (event.userId ?? null) : null,
  }
}

function standingsIn(event: Partial<LiveEvent>): Standing[] {
  if (event.type === 'sync' || event.type === 'digest')
    return (event.heads ?? []).map(({ conversationId, seq }) => ({ conversationId, seq }))
  if (event.type !== 'conversation' || event.conversation === undefined) return []
  return [{ conversationId: event.conversation.id, seq: event.conversation.lastSeq }]
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
      const [is, was] = [byId[conversationId], before[conversationId]]
      if (is === was || conversationId === applying || is?.held === was?.held) continue
      // A page that brings it forward brings other messages with it.
      const skipped =
        is !== undefined && was !== undefined && is.held > was.held && is.messages === was.messages
      history.add({
        kind: 'reset',
        ...seen,
        at: history.now(),
        conversationId,
        held: is?.held ?? null,
        skipped,
      })
    }
  })
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
