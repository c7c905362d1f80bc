import type { Session } from '../../client/app/session'
import type { SignedIn } from '../../verify/front-door'
import { openSession } from '../../verify/program'

/**
 * Thousands of people in a process of their own, each with the product's own client and nobody keeping a record: started
 * by `crowd-process.ts`, which tells it what to do and asks how it is.
 */
export type CrowdOrder =
  | { kind: 'connect'; url: string; origin: string; people: SignedIn[] }
  /** Who is there, and who holds all of this: conversation ids with their heads. */
  | { kind: 'ask'; heads: Record<string, number> }

export interface CrowdState {
  online: number
  caughtUp: number
  /** Sockets that were tried to be opened, by whole seconds since the process began. */
  attempts: number[]
}

const sessions: Session[] = []
const attempts: number[] = []

// Nobody is left behind when the run is killed.
process.on('disconnect', () => process.exit(0))
process.on('message', (order: CrowdOrder) => {
  if (order.kind === 'connect') for (const person of order.people) sessions.push(connect(person, order))
  else process.send?.(stateFor(order.heads))
})

function connect(person: SignedIn, { url, origin }: { url: string; origin: string }): Session {
  const { session } = openSession({
    ...{ person, url, origin },
    wrap: counted,
    isAttentive: () => false,
    onDoubt: () => {},
  })
  session.start()
  return session
}

function counted(Plain: typeof WebSocket): typeof WebSocket {
  return class extends Plain {
    constructor(url: string | URL) {
      super(url)
      const second = Math.floor(performance.now() / 1000)
      attempts[second] = (attempts[second] ?? 0) + 1
    }
  }
}

function stateFor(heads: Record<string, number>): CrowdState {
  const isOnline = (session: Session) => session.connection.store.getState().state === 'online'
  const holdsAll = (session: Session) =>
    session.timelines.all().every(([id, { held }]) => held >= (heads[id] ?? 0)) &&
    session.timelines.all().length > 0
  return {
    online: sessions.filter(isOnline).length,
    caughtUp: sessions.filter((session) => isOnline(session) && holdsAll(session)).length,
    attempts: Array.from(attempts, (count) => count ?? 0),
  }
}
