import { PEERS } from './contenders'
import type { Figure } from './figures'
import { median } from './stats'

type Compared = Pick<Figure, 'confab' | 'peers'>

/** Confab beside its peers, the best by this figure first, and then the limits. */
export function besideBest(compared: Compared, best: 'most' | 'least'): Compared {
  const { confab, peers: ranked } = besidePeers(compared, best)
  const limits = compared.peers?.filter(({ name }) => !PEERS.includes(name)) ?? []
  return { confab, peers: [...ranked, ...limits] }
}

/** Confab beside its peers alone, the best by this figure first. */
export function besidePeers({ confab, peers = [] }: Compared, best: 'most' | 'least') {
  const direction = best === 'most' ? 1 : -1
  const ranked = peers
    .filter(({ name }) => PEERS.includes(name))
    .sort((a, b) => direction * (median(b.rounds) - median(a.rounds)))
  return { confab, peers: ranked }
}

/** Confab beside one of the others, then the rest as they come. */
export function besideFirst({ confab, peers = [] }: Compared, name: string): Compared {
  return { confab, peers: peers.toSorted((a, b) => Number(b.name === name) - Number(a.name === name)) }
}

/** Confab beside one of the others alone. */
export function besideOnly({ confab, peers = [] }: Compared, name: string): Compared {
  return { confab, peers: peers.filter((peer) => peer.name === name) }
}
