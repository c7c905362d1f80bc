import { QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { PeopleContext } from '../accounts/context'
import { AccountContext, useAskMe } from '../accounts/useAccount'
import { ConversationsContext } from '../conversations/context'
import { trpc } from '../lib/trpc'
import { MessagesContext } from '../messages/context'
import { ReadingContext } from '../receipts/useReading'
import { ConnectionContext } from '../sync/useConnection'
import { TypingContext } from '../typing/useTyping'
import { type Clients, createClients } from './clients'
import type { Session } from './session'
import { useSession } from './useSession'

/** Everything that the hooks need: put it around the whole application, once. */
export function Providers({ children }: { children: ReactNode }) {
  const [clients] = useState(createClients)
  const { api, queryClient, askAhead } = clients
  useEffect(askAhead, [askAhead])
  return (
    <trpc.Provider client={api} queryClient={queryClient}>
      <QueryClientProvider client={queryClient}>
        <AccountProvider clients={clients}>{children}</AccountProvider>
      </QueryClientProvider>
    </trpc.Provider>
  )
}

function AccountProvider({ clients, children }: { clients: Clients; children: ReactNode }) {
  const account = useAskMe()
  const session = useSession(account, clients)
  return (
    <AccountContext value={account}>
      {session === null ? children : <SessionProvider session={session}>{children}</SessionProvider>}
    </AccountContext>
  )
}

/** One context a slice, so that no slice knows of a later one. */
function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return (
    <PeopleContext value={session.people}>
      <ConversationsContext value={session}>
        <MessagesContext value={session}>
          <ReadingContext value={session.reading}>
            <TypingContext value={session}>
              <ConnectionContext value={session.connection}>{children}</ConnectionContext>
            </TypingContext>
          </ReadingContext>
        </MessagesContext>
      </ConversationsContext>
    </PeopleContext>
  )
}
