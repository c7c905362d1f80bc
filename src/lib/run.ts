import { StartError } from './start-error'

export interface Stoppable {
  stop(): Promise<void>
}

/** The longest that a stop may take, in milliseconds; orchestrators kill after 30 s. */
const STOP_MS = 25_000

/**
 * A program's life: starts it, and stops it at SIGINT or SIGTERM, gently at the first and at once at the second. A signal
 * that comes during the start waits for its end, since a half-built server has nobody to take it down.
 *
 * What cannot start is told in one sentence, without a stack, and exits with 1.
 */
export async function runUntilSignalled<T extends Stoppable>(start: () => Promise<T>): Promise<T> {
  const signalled = Promise.withResolvers<void>()
  let signals = 0
  const onSignal = () => {
    signals += 1
    if (signals > 1) process.exit(1)
    signalled.resolve()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  try {
    const running = await start()
    // Signal handlers alone keep no process alive, nor need what was started.
    setInterval(() => {}, 2 ** 30)
    void signalled.promise.then(() => end(running))
    return running
  } catch (error) {
    process.stderr.write(`${error instanceof StartError ? error.message : Bun.inspect(error)}\n`)
    process.exit(1)
  }
}

async function end(running: Stoppable): Promise<never> {
  setTimeout(() => process.exit(1), STOP_MS).unref()
  try {
    await running.stop()
  } catch (error) {
    process.stderr.write(`${Bun.inspect(error)}\n`)
    process.exit(1)
  }
  process.exit(0)
}
