import { afterAll, beforeAll, expect, test } from 'bun:test'
import { readSource } from '../support/imports'
import { testFolder } from '../support/postgres'
import { startTestServer, type TestServer } from '../support/server'

let server: TestServer
let folder: string

beforeAll(async () => {
  server = await startTestServer()
  folder = testFolder()
}, 30_000)
afterAll(() => server.stop())

test.skipIf(Bun.which('curl') === null)(
  'the calls in docs/http-api.md work as they are written there',
  async () => {
    const page = await readSource('docs/http-api.md')
    const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block)
    const script = blocks.join('\necho\n').replace('http://localhost:3000', originOf(server))
    const { output, code } = await run(['bash', '-euo', 'pipefail', '-c', script])
    const answers = output.split(/\n+|(?<=\})(?=\{"(?:result|error)")/).filter((line) => line !== '')

    expect(code).toBe(0)
    expect(answers.filter((answer) => !answer.startsWith('{"result":'))).toEqual([])
    expect(answers).toHaveLength(10)
    expect(answers.at(-1)).toContain('Hello, everybody')
  },
  20_000,
)

async function run(command: string[]) {
  const child = Bun.spawn(command, { cwd: folder, stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' })
  return { output: await new Response(child.stdout).text(), code: await child.exited }
}

function originOf({ deps }: TestServer): string {
  const [origin] = deps.config.publicOrigins
  if (origin === undefined) throw new Error('a server has an origin')
  return origin
}
