interface UntilOptions {
  /** What is awaited, for the failure's sentence. */
  what?: string
  /** The deadline in milliseconds: generous, since it is only ever reached by a failing test. */
  within?: number
}

/**
 * Polls until the condition gives something true and resolves with that. For states that announce themselves by no
 * event; where there is an event, await the event.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  { what = condition.toString(), within = 10_000 }: UntilOptions = {},
): Promise<NonNullable<T>> {
  const deadline = performance.now() + within
  while (performance.now() < deadline) {
    const value = await condition()
    if (value) return value
    await Bun.sleep(10)
  }
  throw new Error(`waited ${within} ms in vain for: ${what}`)
}
