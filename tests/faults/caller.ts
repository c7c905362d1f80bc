import { type Api, createApi } from '../../client/lib/trpc'
import type { SignedIn } from '../../verify/front-door'
import { recordCalls } from '../../verify/record'
import { ORIGIN, type World } from './world'

/** Somebody's typed calls to one server, recorded as those of a device of their own: for what no screen does. */
export function callerOf(world: World, { user, cookie }: SignedIn, to: { name: string; url: string }): Api {
  const seen = { device: `${user.username}/calls ${to.name}`, userId: user.id }
  return createApi({
    url: `${to.url}/trpc`,
    headers: { cookie, origin: ORIGIN },
    observe: recordCalls(world.history, seen),
  })
}
