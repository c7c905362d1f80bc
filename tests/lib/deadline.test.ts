import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { within } from '../../src/lib/deadline'
import { AppError } from '../../src/lib/errors'

const never = () => new Promise<never>(() => {})

test('an answer in time is the answer, and its failure the failure', async () => {
  expect(await within(1_000, Promise.resolve('here'))).toBe('here')
  const failing = within(1_000, Promise.reject(new Error('broken')))
  expect(failing).rejects.toThrow('broken')
})

test('what is late is refused as unavailable', async () => {
  const refusal = await within(1, never()).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(AppError)
  expect(refusal).toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
})

test('what was due a moment ago is refused too, without a word on stderr', async () => {
  const deadline = join(import.meta.dir, '../../src/lib/deadline.ts')
  const program = `
    const { within } = await import(${JSON.stringify(deadline)})
    await within(-0.01, new Promise(() => {})).catch(({ code }) => console.log(code))`
  const child = Bun.spawn([process.execPath, '-e', program], { stdout: 'pipe', stderr: 'pipe' })
  const said = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  expect(said).toEqual(['SERVICE_UNAVAILABLE\n', ''])
})
