import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Figure } from './figures'
import { type Scenario, Skipped } from './scenario'

const ROOT = join(import.meta.dir, '..')

/** What a browser has to load first. The budget is kept by `bun run check`; here it stands beside the other figures. */
export const size: Scenario = {
  name: 'size',
  what: () => 'the built client, packed as it is sent',

  async run() {
    if (!existsSync(join(ROOT, 'client/dist/.vite/manifest.json')))
      throw new Skipped('the client is not built (`bun run check` builds it)')
    const { stdout } = Bun.spawnSync([process.execPath, 'bin/size-budget.ts'], { cwd: ROOT })
    const figures = [...stdout.toString().matchAll(LINE)].flatMap(({ groups }): Figure[] => {
      const { kib, most, what } = groups ?? {}
      if (what === undefined || what.startsWith('lazy ')) return []
      return [{ name: what, unit: 'KiB', confab: [Number(kib)], bar: { of: 'value', most: Number(most) } }]
    })
    if (figures.length === 0) throw new Error('bin/size-budget.ts told no sizes')
    return figures
  },
}

/** As the budget prints them: `ok    171.3 of 180 KiB  JS before the first message`. */
const LINE = /^\w+\s+(?<kib>[\d.]+) of (?<most>[\d.]+) KiB\s+(?<what>.+)$/gm
