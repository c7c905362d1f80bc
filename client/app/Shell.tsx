import { lazy, Suspense, useRef, useState } from 'react'
import { Route, Switch, useRoute } from 'wouter'
import { useMe } from '../accounts/useAccount'
import { OfflineBanner } from '../sync/OfflineBanner'
import { ConversationScreen } from './ConversationScreen'
import { DialogContext, type DialogName } from './dialogs'
import { Home } from './Home'
import { NotFound } from './NotFound'
import { paths } from './paths'
import { Sidebar } from './Sidebar'
import { useShortcuts } from './useShortcuts'
import { useTitle } from './useTitle'

const Dialogs = lazy(async () => ({ default: (await import('./Dialogs')).Dialogs }))

/** What a signed-in person sees: the list and one conversation, side by side or, on a phone, one at a time. */
export function Shell() {
  const { user } = useMe()
  const [dialog, setDialog] = useState<DialogName | null>(null)
  const [home] = useRoute(paths.home)
  const [, params] = useRoute('/c/:id')
  const filter = useRef<HTMLInputElement>(null)
  const openId = params === null ? null : params.id
  useShortcuts({ openId, filter })
  useTitle(openId)
  if (user === null) return null

  return (
    <DialogContext value={setDialog}>
      <div className="grid h-dvh grid-cols-[264px_minmax(0,1fr)] max-lg:grid-cols-[248px_minmax(0,1fr)] max-md:grid-cols-[minmax(0,1fr)]">
        <Sidebar
          user={user}
          openId={openId}
          filterRef={filter}
          className={home ? 'flex' : 'flex max-md:hidden'}
        />
        <main
          className={`relative min-h-0 min-w-0 flex-col pt-[env(safe-area-inset-top)] ${home ? 'flex max-md:hidden' : 'flex'}`}
        >
          <Switch>
            <Route path={paths.home}>
              <Home user={user} />
            </Route>
            <Route path="/c/:id">{({ id }) => <ConversationScreen key={id} id={id} user={user} />}</Route>
            <Route>
              <NotFound />
            </Route>
          </Switch>
        </main>
        <OfflineBanner />
      </div>
      {dialog !== null && (
        <Suspense>
          <Dialogs dialog={dialog} onClose={() => setDialog(null)} />
        </Suspense>
      )}
    </DialogContext>
  )
}
