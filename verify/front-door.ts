import { toProblem } from '../client/lib/problem'
import { ALONE, type Api, createApi } from '../client/lib/trpc'
import type { User } from '../src/accounts/schema'

export interface SignedIn {
  user: User
  /** The Cookie header of a session. */
  cookie: string
}

/** Why a server cannot be verified at all: a sentence for the operator. */
export class CannotVerify extends Error {
  override readonly name = 'CannotVerify'
}

export interface Door {
  /** The server's origin, which is the origin that its own pages have. */
  url: string
  /** The last part of an invite's link. */
  invite: string | null
}

/** Longer than the server takes for any answer. */
const ANSWER_MS = 10_000
/** A call is tried again for so long: an instance that dies takes this much at most. */
const INSIST_MS = 30_000
const RETRY_MS = 500

/**
 * New people with a session each, through the front door.
 *
 * @throws CannotVerify when the server cannot be reached, lets nobody in, or would make the first of them its owner
 */
export async function signUpPeople(door: Door, usernames: readonly string[]): Promise<SignedIn[]> {
  await askWhetherOpen(door)
  const people: SignedIn[] = []
  for (const username of usernames) people.push(await signUp(door, username))
  return people
}

/**
 * A call that must go through, also while an instance dies: what failed for no reason of its own is tried again.
 *
 * @param isDone whether a refusal of a later try means that an earlier one was carried out
 * @returns null when only such a refusal told of the success
 */
export async function insist<T>(
  call: (options: typeof ALONE & { signal: AbortSignal }) => Promise<T>,
  isDone: (status: number) => boolean = () => false,
): Promise<T | null> {
  const giveUpAt = performance.now() + INSIST_MS
  for (let tries = 0; ; tries++) {
    try {
      return await call({ ...ALONE, signal: AbortSignal.timeout(ANSWER_MS) })
    } catch (error) {
      const { status, retryAfterMs } = toProblem(error)
      if (status !== null && tries > 0 && isDone(status)) return null
      const isDefinite = status !== null && status < 500 && status !== 429
      if (isDefinite || performance.now() > giveUpAt) throw error
      await Bun.sleep(Math.max(RETRY_MS, retryAfterMs))
    }
  }
}

async function askWhetherOpen({ url, invite }: Door): Promise<void> {
  const api: Api = createApi({ url: `${url}/trpc` })
  const answer = await insist((options) => api.accounts.signUpMode.query(undefined, options)).catch(
    (error) => {
      throw new CannotVerify(`${url} does not answer as a Confab server: ${causeOf(error)}`)
    },
  )
  if (answer?.first)
    throw new CannotVerify(
      'Nobody has an account on this server yet, and the first one will own it: sign up yourself first.',
    )
  if (answer?.mode === 'invite' && invite === null)
    throw new CannotVerify(
      'Sign-up on this server is by invitation: give --invite with an invite link that has enough uses left.',
    )
}

async function signUp({ url, invite }: Door, username: string): Promise<SignedIn> {
  const login = { username, password: crypto.randomUUID() }
  const wanted = { ...login, ...(invite === null ? {} : { invite }) }
  const giveUpAt = performance.now() + INSIST_MS
  for (let tries = 0; ; tries++) {
    const came = await enter(`${url}/trpc/accounts.signUp`, wanted)
    if ('user' in came) return came
    // An earlier try got through, and its answer did not.
    const back = came.status === 409 && tries > 0 ? await enter(`${url}/trpc/accounts.logIn`, login) : came
    if ('user' in back) return back
    const isDefinite = back.status !== null && back.status < 500 && back.status !== 429
    if (isDefinite || performance.now() > giveUpAt) throw notLetIn(url, back)
    await Bun.sleep(RETRY_MS)
  }
}

interface Refused {
  status: number | null
  sentence: string
  field: string | null
}

/** By hand, since only the answer's headers hold the cookie. Never throws. */
async function enter(address: string, input: object): Promise<SignedIn | Refused> {
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: new URL(address).origin },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    const cookie = response.headers.getSetCookie()[0]?.split(';', 1)[0]
    const { result, error }: Answer = await response.json()
    if (result !== undefined && cookie !== undefined) return { user: result.data.user, cookie }
    const sentence = error?.message ?? 'The server answered something else.'
    return { status: response.status, sentence, field: error?.data.field ?? null }
  } catch (error) {
    return { status: null, sentence: causeOf(error), field: null }
  }
}

/** What the two ways in answer with: see docs/http-api.md. */
interface Answer {
  result?: { data: { user: User } }
  error?: { message: string; data: { field: string | null } }
}

function notLetIn(url: string, { status, sentence, field }: Refused): CannotVerify {
  const hint = status === 403 && field === null ? ` Is ${url} its PUBLIC_ORIGIN, to the letter?` : ''
  return new CannotVerify(`Nobody could sign up on ${url}: ${sentence}${hint}`)
}

/** The innermost reason: "self signed certificate" says more than "the server is out of reach". */
function causeOf(error: unknown): string {
  for (let inner = error; inner instanceof Error; inner = inner.cause)
    if (inner.cause === undefined) return inner.message
  return String(error)
}
