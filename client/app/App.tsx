import { Redirect, Route, Switch, useLocation, useSearch } from 'wouter'
import { AuthScreen } from '../accounts/AuthScreen'
import { useMe, useSignUpMode } from '../accounts/useAccount'
import { useTheme } from '../lib/useTheme'
import { logInPath, nextPath, paths } from './paths'
import { Shell } from './Shell'
import { Splash } from './Splash'

/** Which screen a URL shows, for those who are signed in and those who are not. */
export function App() {
  useTheme()
  const { status, user } = useMe()
  if (status === 'loading') return <Splash />
  if (status === 'unreachable') return <Splash words="The server is out of reach. Trying again…" />
  return user === null ? <Outside /> : <Inside />
}

function Inside() {
  const search = useSearch()
  return (
    <Switch>
      <Route path={paths.logIn}>
        <Redirect to={nextPath(search)} replace />
      </Route>
      <Route path={paths.signUp}>
        <Redirect to={nextPath(search)} replace />
      </Route>
      <Route path="/join/:token">
        <Redirect to={paths.home} replace />
      </Route>
      <Route>
        <Shell />
      </Route>
    </Switch>
  )
}

function Outside() {
  const [location] = useLocation()
  const mode = useSignUpMode()
  return (
    <Switch>
      <Route path={paths.logIn}>
        <AuthScreen kind="logIn" mode={mode} />
      </Route>
      <Route path={paths.signUp}>
        <AuthScreen kind="signUp" mode={mode} />
      </Route>
      <Route path="/join/:token">
        {({ token }) => <AuthScreen kind="signUp" mode={mode} invite={token} />}
      </Route>
      <Route>
        {mode === null ? (
          <Splash />
        ) : (
          <Redirect to={mode.first ? paths.signUp : logInPath(location)} replace />
        )}
      </Route>
    </Switch>
  )
}
