import { useCallback, useState } from 'react'
import type { User } from '../../src/accounts/schema'
import { throwProblem, toProblem } from '../lib/problem'
import { createProvided, useProvided } from '../lib/provided'
import { trpc } from '../lib/trpc'

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

/** Asked once for the whole application, by `Providers`, so that everybody sees the same moment. */
export const AccountContext = createProvided<Account>('Account')

export function useMe(): Account {
  return useProvided(AccountContext)
}

/** Asks the server who is signed in, for as long as it takes. For `Providers`. */
export function useAskMe(): Account {
  const { data, failureCount } = trpc.accounts.me.useQuery(undefined, {
    staleTime: Number.POSITIVE_INFINITY,
    retry: true,
    retryDelay: (attempt) => Math.random() * Math.min(10_000, 1_000 * 2 ** attempt),
  })
  if (data === undefined) return { status: failureCount > 0 ? 'unreachable' : 'loading', user: null }
  return data.user === null ? { status: 'signedOut', user: null } : { status: 'signedIn', user: data.user }
}

export function useSignUp(): Form<SignUpInput> {
  return useForm(trpc.accounts.signUp.useMutation())
}

export function useLogIn(): Form<LogInInput> {
  return useForm(trpc.accounts.logIn.useMutation())
}

/** Signs this device out. Drafts and unsent messages are kept for the next time. Throws a `Problem`. */
export function useLogOut(): { logOut(): Promise<void>; pending: boolean } {
  const utils = trpc.useUtils()
  const { mutateAsync, isPending } = trpc.accounts.logOut.useMutation()
  const logOut = useCallback(async () => {
    await mutateAsync().catch(throwProblem)
    utils.accounts.me.setData(undefined, { user: null })
  }, [mutateAsync, utils])
  return { logOut, pending: isPending }
}

/** null until known. `first`: nobody has an account yet, so the next one owns the server. */
export function useSignUpMode(): { mode: 'open' | 'invite'; first: boolean } | null {
  return trpc.accounts.signUpMode.useQuery().data ?? null
}

/** Makes an invite link. Throws a `Problem`. */
export function useCreateInvite(): {
  create(): Promise<{ url: string; expiresAt: string }>
  pending: boolean
} {
  const { mutateAsync, isPending } = trpc.accounts.createInvite.useMutation()
  const create = useCallback(() => mutateAsync().catch(throwProblem), [mutateAsync])
  return { create, pending: isPending }
}

interface SignIn<Input> {
  mutateAsync(input: Input): Promise<{ user: User }>
  isPending: boolean
}

function useForm<Input>({ mutateAsync, isPending }: SignIn<Input>): Form<Input> {
  const utils = trpc.useUtils()
  const [error, setError] = useState<Form<Input>['error']>(null)
  const submit = useCallback(
    async (input: Input) => {
      setError(null)
      try {
        utils.accounts.me.setData(undefined, await mutateAsync(input))
        return true
      } catch (cause) {
        const { sentence, field } = toProblem(cause)
        setError({ sentence, field })
        return false
      }
    },
    [mutateAsync, utils],
  )
  return { submit, pending: isPending, error }
}
