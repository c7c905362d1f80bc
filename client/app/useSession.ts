import { useEffect, useMemo } from 'react'
import type { User } from '../../src/accounts/schema'
import type { Account } from '../accounts/useAccount'
import { keptInBrowser } from '../lib/kept'
import { isAttentive, watchLeaving, watchReturn } from '../lib/signals'
import { writeText } from '../lib/storage'
import { browserTiming } from '../lib/timing'
import type { KeptMessage } from '../messages/outbox-state'
import { ACCOUNT_KEY, type Clients } from './clients'
import { createSession, type Session } from './session'

/** The session of whoever is signed in, running for as long as they are. */
export function useSession({ user, status }: Account, clients: Clients): Session | null {
  const session = useMemo(() => (user === null ? null : sessionOf(user, clients)), [user, clients])

  useEffect(() => {
    if (status === 'signedOut') writeText(ACCOUNT_KEY, null)
  }, [status])

  useEffect(() => {
    if (session === null) return
    writeText(ACCOUNT_KEY, session.me.id)
    session.start()
    const stops = [watchReturn(session.returned), watchLeaving(session.drafts.saveAll), watchOffline(session)]
    return () => {
      for (const stop of stops) stop()
      session.stop()
    }
  }, [session])

  return session
}

function sessionOf(user: User, { api, caches, firstPage, handTo }: Clients): Session {
  handTo(user.id)
  return createSession({
    user,
    api,
    caches,
    timing: browserTiming,
    kept: keptInBrowser<KeptMessage>(`confab.outbox.${user.id}`),
    socketUrl: `${location.origin.replace(/^http/, 'ws')}/trpc`,
    isAttentive,
    firstPage,
    onDoubt: () => void caches.accounts.me.invalidate(),
  })
}

function watchOffline(session: Session): () => void {
  addEventListener('offline', session.networkLost)
  return () => removeEventListener('offline', session.networkLost)
}
