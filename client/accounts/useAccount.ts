import type { User } from '../../src/accounts/schema'

/** `unreachable`: the server has not answered since the page was loaded; it is asked again by itself. */
export interface Account {
  status: 'loading' | 'signedOut' | 'signedIn' | 'unreachable'
  user: User | null
}

/** One form's call: `submit` answers whether it went well; if not, `error` says why and at which field. */
export interface Form<Input> {
  submit(input: Input): Promise<boolean>
  pending: boolean
  error: { sentence: string; field: string | null } | null
}

export interface SignUpInput {
  username: string
  password: string
  displayName?: string
  invite?: string
}

export interface LogInInput {
  username: string
  password: string
}

export function useMe(): Account {
  return { status: 'loading', user: null }
}

export function useSignUp(): Form<SignUpInput> {
  return { submit: async () => false, pending: false, error: null }
}

export function useLogIn(): Form<LogInInput> {
  return { submit: async () => false, pending: false, error: null }
}

/** Signs this device out. Drafts and unsent messages are kept for the next time. */
export function useLogOut(): { logOut(): Promise<void>; pending: boolean } {
  return { logOut: async () => {}, pending: false }
}

/** null until known. `first`: nobody has an account yet, so the next one owns the server. */
export function useSignUpMode(): { mode: 'open' | 'invite'; first: boolean } | null {
  return null
}

/** Makes an invite link. Throws a `Problem`. */
export function useCreateInvite(): {
  create(): Promise<{ url: string; expiresAt: string }>
  pending: boolean
} {
  return { create: async () => ({ url: '', expiresAt: '' }), pending: false }
}
