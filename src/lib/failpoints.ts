import { StartError } from './start-error'

/**
 * Places where a test may end or hold up the server, to see what the others make of it. They are there only when a
 * server built for tests (NODE_ENV=test) is asked for them: `CONFAB_FAILPOINT=<place>=<act>[;<place>=<act>…]`.
 */
const PLACES = [
  /** A batch of sends is about to be written. */
  'send.beforeCommit',
  /** A batch of sends is on disk, and nobody has been told. */
  'send.committed',
  /** All instances have been told of it, the senders have not. */
  'send.told',
  /** A change of a conversation is on disk, and nobody has been told. */
  'change.committed',
] as const

export type Place = (typeof PLACES)[number]

/** `kill`: SIGKILL to itself, the first time. `pause:<ms>`: waits so long, each time. */
type Act = 'kill' | { pauseMs: number }

const SYNTAX = `CONFAB_FAILPOINT must be <place>=kill or <place>=pause:<ms>, several with semicolons between; places are ${PLACES.join(', ')}.`

export class Failpoints {
  readonly #acts: ReadonlyMap<Place, Act>
  readonly #kill: () => void

  constructor(acts: ReadonlyMap<Place, Act>, kill: () => void) {
    this.#acts = acts
    this.#kill = kill
  }

  async reach(place: Place): Promise<void> {
    const act = this.#acts.get(place)
    if (act === undefined) return
    if (act !== 'kill') return Bun.sleep(act.pauseMs)
    this.#kill()
    // Whatever would come after must not come, however long the signal takes.
    return new Promise(() => {})
  }
}

interface Asked {
  failpoint: string | null
  testBuild: boolean
}

/**
 * The failpoints of this server; none, with a word about it, when it is not built for tests.
 *
 * @throws StartError when the value is malformed
 */
export function openFailpoints(
  { failpoint, testBuild }: Asked,
  tell: (sentence: string) => void,
): Failpoints | undefined {
  if (failpoint === null) return undefined
  if (testBuild) return parseFailpoints(failpoint)
  tell('CONFAB_FAILPOINT is refused: this server is not built for tests.')
  return undefined
}

/**
 * @returns undefined when the text asks for nothing
 * @throws StartError when it is malformed
 */
export function parseFailpoints(text: string, kill = killThisProcess): Failpoints | undefined {
  const acts = new Map<Place, Act>()
  for (const part of text.split(';')) {
    if (part.trim() === '') continue
    const [, name, ms] = /^([\w.]+)=(?:kill|pause:(\d{1,6}))$/.exec(part.trim()) ?? []
    const place = PLACES.find((known) => known === name)
    if (place === undefined) throw new StartError(SYNTAX)
    acts.set(place, ms === undefined ? 'kill' : { pauseMs: Number(ms) })
  }
  return acts.size === 0 ? undefined : new Failpoints(acts, kill)
}

function killThisProcess(): void {
  process.kill(process.pid, 'SIGKILL')
}
