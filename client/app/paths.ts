/** Every view's URL. */
export const paths = {
  home: '/',
  logIn: '/login',
  signUp: '/signup',
  conversation: (id: string) => `/c/${id}`,
}

/** The page to come back to after signing in; only ever one of this site. */
export function nextPath(search: string): string {
  const next = new URLSearchParams(search).get('next')
  return next !== null && /^\/(?![/\\])/.test(next) ? next : paths.home
}

export function logInPath(from: string): string {
  return from === paths.home ? paths.logIn : `${paths.logIn}?next=${encodeURIComponent(from)}`
}
