import { fileURLToPath } from 'node:url'
import { freePort } from '../../src/lib/ports'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** The server as a process of its own, for what only a process can suffer. */
export interface ServerProcess extends AsyncDisposable {
  url: string
  pid: number
  /** Resolves when it is gone. */
  kill(signal: NodeJS.Signals): Promise<void>
  /** The same server again, on the same port. */
  restart(): Promise<void>
}

export async function startServerProcess(env: Record<string, string>): Promise<ServerProcess> {
  const port = await freePort('127.0.0.1')
  const url = `http://127.0.0.1:${port}`
  const start = async () => {
    const child = Bun.spawn([process.execPath, main], {
      env: {
        PATH: process.env.PATH ?? '',
        PORT: String(port),
        CONFAB_SECRET: 'a secret that is long enough for tests only',
        LOG_LEVEL: 'error',
        ...env,
      },
      stdin: 'ignore',
      stdout: 'ignore',
      stderr: 'inherit',
    })
    while (!(await isReady(url))) {
      if (child.exitCode !== null) throw new Error(`the server exited with ${child.exitCode}`)
      await Bun.sleep(20)
    }
    return child
  }
  let child = await start()
  const kill = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await child.exited
  }
  return {
    url,
    get pid() {
      return child.pid
    },
    kill,
    async restart() {
      child = await start()
    },
    [Symbol.asyncDispose]: () => kill('SIGKILL'),
  }
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  )
}
