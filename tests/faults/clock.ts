/** Makes this whole process believe that it is so many milliseconds later, or earlier. Timers run as ever. */
export function shiftClock(ms: number): void {
  if (ms === 0) return
  const real = Date
  const now = () => real.now() + ms
  globalThis.Date = new Proxy(real, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
  })
  // Bun's own ids look at the system's clock.
  const newId = Bun.randomUUIDv7
  Object.assign(Bun, { randomUUIDv7: () => newId('hex', now()) })
}
