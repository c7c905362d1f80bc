import type { Question, Reply } from '../children'

/** Tells the bench where we listen, answers for CPU and memory, and ends when the bench does. */
export function answer(url: string): void {
  process.on('message', (question: Question) => void reply(question))
  process.on('disconnect', () => process.exit())
  tell({ url })
}

async function reply(question: Question): Promise<void> {
  if (question === 'settled') await collectGarbage()
  const { user, system } = process.cpuUsage()
  tell({ cpu: user + system, rss: process.memoryUsage.rss() })
}

/** More than once, with pauses: what one collection frees, the allocator gives back to the system later. */
async function collectGarbage(): Promise<void> {
  for (let round = 0; round < 4; round++) {
    Bun.gc(true)
    await Bun.sleep(250)
  }
}

function tell(reply: Reply): void {
  process.send?.(reply)
}
