import type { SignedIn } from '../../verify/front-door'
import { socketClass } from '../../verify/program'
import { until } from './until'

/** A bare socket with a live subscription that has had its `sync`: for many of them, and for the frames as they come. */
export interface Tab extends Disposable {
  /** All that came, in order. */
  frames: string[]
}

export async function tab(
  { url }: { url: string },
  { cookie }: Pick<SignedIn, 'cookie'>,
  subscriptionId: number | string = 1,
): Promise<Tab> {
  const ws = new (socketClass({ cookie, origin: url }))(`${url.replace('http', 'ws')}/trpc`)
  const frames: string[] = []
  ws.addEventListener('message', ({ data }) => frames.push(data))
  const ask = { id: subscriptionId, method: 'subscription', params: { path: 'sync.events' } }
  ws.addEventListener('open', () => ws.send(JSON.stringify(ask)))
  await until(() => frames.some((text) => text.includes('"type":"sync"')))
  return { frames, [Symbol.dispose]: () => ws.close() }
}
