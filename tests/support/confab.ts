import { join } from 'node:path'
import { testFolder } from './postgres'

const CONFAB = join(import.meta.dir, '../../bin/confab.ts')

/** What the command line printed, by lines, and its exit code. What it keeps on disk goes into a folder of its own. */
export async function confab(
  command: readonly string[],
  env: Record<string, string> = {},
): Promise<{ lines: string[]; exit: number }> {
  const child = Bun.spawn([process.execPath, CONFAB, ...command], {
    cwd: testFolder(),
    env: { PATH: process.env.PATH ?? '', NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const told = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  return { lines: told.join('').trim().split('\n'), exit: await child.exited }
}
