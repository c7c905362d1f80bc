import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { freePort } from '../../src/lib/ports'
import { runAtEnd } from '../support/at-end'
import { signUpForReal } from '../support/client'
import { startServerProcess } from '../support/process'
import { startRedis } from '../support/redis'
import { until } from '../support/until'
import { RigPostgres } from './postgres'

/**
 * `bun tests/faults/haproxy.ts [--signal SIGTERM|SIGKILL] [--seconds N]`: two instances behind a real haproxy with
 * deploy/haproxy.cfg, one of which is ended by the signal a third of the way through `bun run confab verify`, and started again.
 * Exits as that does.
 */
const { values: options } = parseArgs({
  options: {
    signal: { type: 'string', default: 'SIGTERM' },
    seconds: { type: 'string', default: '30' },
  },
})
const signal = options.signal === 'SIGKILL' ? 'SIGKILL' : 'SIGTERM'
const ROOT = join(import.meta.dir, '../..')

let exit = 1
try {
  exit = await show()
} finally {
  await runAtEnd()
}
process.exit(exit)

async function show(): Promise<number> {
  await using stack = new AsyncDisposableStack()
  const postgres = await RigPostgres.start()
  stack.defer(() => postgres.remove())
  const redis = await startRedis()
  stack.defer(() => redis.stop())
  const url = `http://127.0.0.1:${await freePort('127.0.0.1')}`
  const env = {
    DATABASE_URL: await postgres.create(),
    REDIS_URL: redis.url,
    PUBLIC_ORIGIN: url,
    TRUSTED_PROXIES: '127.0.0.1',
    CONFAB_SIGN_UP: 'open',
    // Whoever is reached from elsewhere gives notice before it stops.
    HOST: '0.0.0.0',
  }
  const a = stack.use(await startServerProcess(env))
  const b = stack.use(await startServerProcess(env))
  const program = Bun.which('haproxy')
  if (program === null) throw new Error('there is no haproxy in PATH')
  const haproxy = Bun.spawn([program, '-db', '-f', join(ROOT, 'deploy/haproxy.cfg')], {
    env: { CONFAB_A: hostOf(a.url), CONFAB_B: hostOf(b.url), CONFAB_BIND: hostOf(url) },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  stack.defer(async () => {
    haproxy.kill()
    await haproxy.exited
  })
  await until(
    () =>
      fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      ),
    { what: 'haproxy' },
  )
  await signUpForReal({ url }, 'Olga Owner')

  const verify = Bun.spawn(
    [process.execPath, join(ROOT, 'bin/confab.ts'), 'verify', '--url', url, '--seconds', options.seconds],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  )
  await Bun.sleep((Number(options.seconds) * 1_000) / 3)
  const start = performance.now()
  console.log(`  ${signal} to instance A`)
  await a.kill(signal)
  console.log(`  instance A is gone after ${Math.round(performance.now() - start)} ms; it is started again`)
  await a.restart()
  console.log('  instance A is ready')
  // Awaited here: what it runs against is taken down at the end of this function.
  return await verify.exited
}

function hostOf(url: string): string {
  return new URL(url).host
}
