import { join } from 'node:path'

/** Limits in KiB, packed as `http/static.ts` sends it. Sizes are the same everywhere, so these are gates, not goals. */
const FIRST_JS = 180
const FIRST_CSS = 15
const LAZY_CHUNK = 60
/** The unstyled dialogs, menus and popups of Base UI, whichever chunk the bundler puts them into. */
const LAZY_PRIMITIVES = 110

/** What Vite's manifest tells of one chunk. */
interface Chunk {
  file: string
  name?: string
  src?: string
  isEntry?: boolean
  imports?: string[]
  css?: string[]
}

interface Line {
  what: string
  kib: number
  limit: number
}

const dist = join(import.meta.dirname, '../client/dist')
const lines = await measure()
for (const { what, kib, limit } of lines)
  console.log(`${kib > limit ? 'OVER' : 'ok  '} ${kib.toFixed(1).padStart(6)} of ${limit} KiB  ${what}`)
process.exit(lines.some(({ kib, limit }) => kib > limit) ? 1 : 0)

async function measure(): Promise<Line[]> {
  const chunks: Record<string, Chunk> = await Bun.file(join(dist, '.vite/manifest.json')).json()
  const html = await Bun.file(join(dist, 'index.html')).text()
  const first = firstChunks(chunks)
  // What the page itself names (scripts and preloads), what these import, and their styles: each file once.
  const named = [...html.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map(([, file = '']) => file)
  const files = new Set([...named, ...first.flatMap(({ file, css = [] }) => [file, ...css])])
  const lazy = Object.values(chunks).filter(({ file }) => file.endsWith('.js') && !files.has(file))
  return [
    { what: 'JS before the first message', kib: await sum(files, '.js'), limit: FIRST_JS },
    { what: 'CSS before the first message', kib: await sum(files, '.css'), limit: FIRST_CSS },
    ...(await Promise.all(
      lazy.map(async ({ file }) => ({
        what: `lazy ${file}`,
        kib: await packedKib(file),
        limit: (await holdsPrimitives(file)) ? LAZY_PRIMITIVES : LAZY_CHUNK,
      })),
    )),
  ]
}

/** The entry and all that it imports statically, directly or not. */
function firstChunks(chunks: Record<string, Chunk>): Chunk[] {
  const keys = Object.keys(chunks).filter((key) => chunks[key]?.isEntry)
  for (const key of keys)
    for (const next of chunks[key]?.imports ?? []) if (!keys.includes(next)) keys.push(next)
  return keys.flatMap((key) => chunks[key] ?? [])
}

async function holdsPrimitives(file: string): Promise<boolean> {
  return (await Bun.file(join(dist, file)).text()).includes('data-base-ui-')
}

async function sum(files: Iterable<string>, ending: string): Promise<number> {
  const sizes = [...files].filter((file) => file.endsWith(ending)).map(packedKib)
  return (await Promise.all(sizes)).reduce((total, size) => total + size, 0)
}

async function packedKib(file: string): Promise<number> {
  return Bun.gzipSync(await Bun.file(join(dist, file)).bytes(), { level: 9 }).length / 1024
}
