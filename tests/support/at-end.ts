type Work = () => void | Promise<void>

const waiting: Work[] = []

/**
 * Runs once after the last test of the whole run, in reverse order: for what all files share. `bun test` fires no
 * `exit` event, and an `afterAll` belongs to the file that calls it; only one in a preload is the run's.
 */
export function atEnd(work: Work): void {
  waiting.push(work)
}

/** For `preload.ts` alone. */
export async function runAtEnd(): Promise<void> {
  for (let work = waiting.pop(); work !== undefined; work = waiting.pop()) await work()
}
