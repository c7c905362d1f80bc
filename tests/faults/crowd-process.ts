import { join } from 'node:path'
import type { SignedIn } from '../../verify/front-door'
import type { CrowdOrder, CrowdState } from './crowd'

/** A crowd of clients in a process of its own, so that its work does not slow down those who measure. */
export class CrowdProcess implements AsyncDisposable {
  readonly #child: Bun.Subprocess
  #answer: (state: CrowdState) => void = () => {}

  constructor() {
    this.#child = Bun.spawn([process.execPath, join(import.meta.dir, 'crowd.ts')], {
      stdio: ['ignore', 'inherit', 'inherit'],
      ipc: (state: CrowdState) => this.#answer(state),
    })
  }

  connect(people: SignedIn[], { url, origin }: { url: string; origin: string }): void {
    this.#tell({ kind: 'connect', url, origin, people })
  }

  async ask(heads: Record<string, number>): Promise<CrowdState> {
    const { promise, resolve } = Promise.withResolvers<CrowdState>()
    this.#answer = resolve
    this.#tell({ kind: 'ask', heads })
    return promise
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#child.exited
  }

  #tell(order: CrowdOrder): void {
    this.#child.send(order)
  }
}
