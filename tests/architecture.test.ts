import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import packageJson from '../package.json'
import { type Import, importsOf, readSource, root, sourceFiles } from './support/imports'

// This is the document of the architecture: three tables, held against the imports as they are. Biome keeps what can
// be said of one file alone (biome.json); what is between files is here.

/**
 * The floors of the server. A file imports from its own floor and those below it, types included. Within schema,
 * tables and slices the slices have an order too, and within a slice its layers.
 */
const floors = [
  ['lib', /^src\/lib\//],
  ['config', /^src\/(config|environment)\.ts$/],
  ['db', /^src\/db\//],
  ['schema', /^src\/\w+\/(schema|common-passwords)\.ts$/],
  ['tables', /^src\/\w+\/tables\.ts$/],
  ['live', /^src\/live\//],
  ['slices', /^src\/(accounts|conversations|messages|receipts|typing|sync)\/(?!router|procedure)/],
  ['rpc', /^src\/rpc\.ts$/],
  ['routers', /^src\/\w+\/(procedure|router)\.ts$/],
  ['router', /^src\/router\.ts$/],
  ['http', /^src\/http\//],
  ['app', /^src\/app\.ts$/],
  ['main', /^src\/main\.ts$/],
] as const

const slices = ['accounts', 'conversations', 'messages', 'receipts', 'typing', 'sync']

/** Other files of a slice are helpers: between any two layers, as long as nobody climbs by way of them. */
const layers = ['schema', 'tables', 'access', 'queries', 'commands', 'procedure', 'router']

/** Who never imports whom, whatever the floors allow. `types`: a type may pass. */
const walls: Wall[] = [
  { from: /^src\//, to: /^(client|verify|tests|bench|bin)\//, why: 'the server stands without them' },
  { from: /^client\//, to: /^(verify|tests|bench|bin)\//, why: 'the client stands without them' },
  { from: /^verify\//, to: /^(tests|bench|bin)\//, why: 'operators have it, and no tests' },
  {
    from: /^client\//,
    to: /^src\/(?!lib\/(limits|text)\.ts$)/,
    types: true,
    why: 'of the server, the browser gets types, and values only from files without zod',
  },
  { from: /^src\/(?!main\.ts)/, to: /^src\/deps\.ts$/, types: true, why: 'deps are given, never fetched' },
  { from: /^src\/deps\.ts$/, to: /./, types: true, why: 'deps.ts is a type' },
  { from: /^src\/(http\/|\w+\/router\.ts$)/, to: /\/tables\.ts$/, why: 'a router calls; SQL is below it' },
  { from: /^client\/(lib|ui)\//, to: /^client\/(?!lib|ui)/, why: 'what all slices use knows none of them' },
  { from: /^client\/ui\//, to: /^client\/lib\/trpc/, why: 'props in, callbacks out' },
  {
    from: /^client\/(?!app\/|main\.tsx$)/,
    to: /^client\/app\//,
    why: 'the app is put together from the slices',
  },
]

/** Who may hold a package. Those not named here are free to all. */
const holders: Record<string, RegExp> = {
  '@base-ui/react': /^client\/ui\//,
  '@lucia-auth/adapter-drizzle': /^src\/accounts\/sessions\.ts$/,
  '@tanstack/react-virtual': /^client\/ui\//,
  '@trpc/client': /^(client|verify|tests|bench)\//,
  '@trpc/react-query': /^(client|tests)\//,
  '@trpc/server':
    /^(src\/rpc\.ts|src\/router\.ts|src\/\w+\/router\.ts|src\/http\/.*|client\/.*|verify\/.*|tests\/.*|bench\/servers\/.*)$/,
  citty: /^bin\//,
  'drizzle-orm': /^(src\/(db|live)\/|src\/\w+\/(?!schema|procedure|router)\w|tests\/|bench\/|bin\/)/,
  hono: /^(src\/(http\/|app\.ts)|tests\/|bench\/)/,
  'idb-keyval': /^client\/lib\//,
  ioredis: /^(src\/live\/redis-bus\.ts$|bench\/)/,
  lucia: /^src\/accounts\/sessions\.ts$/,
  pino: /^(src\/lib\/logger\.ts$|tests\/|bench\/)/,
  postgres: /^(src\/db\/|verify\/|tests\/|bench\/|bin\/)/,
  react: /^(client|tests)\//,
  'socket.io': /^bench\//,
  '@socket.io/redis-adapter': /^bench\/servers\//,
  'trpc-bun-adapter': /^bench\/servers\//,
  ws: /^bench\/servers\//,
  zod: /^src\/(lib\/fields|environment|rpc|\w+\/schema)\.ts$|^(tests|bench\/servers)\//,
}

interface Wall {
  from: RegExp
  to: RegExp
  types?: true
  why: string
}

const files = sourceFiles()
const imports = (await Promise.all(files.filter((path) => !path.endsWith('.css')).map(importsOf))).flat()
const inside = imports.filter(({ ours }) => ours)

describe('the floors', () => {
  test('every file of the server has one', () => {
    const homeless = files.filter((path) => path.startsWith('src/') && floorOf(path) === -1)
    expect(homeless).toEqual(['src/deps.ts'])
  })

  test('nobody imports from a floor above', () => {
    expect(broken(inside, ({ from, to }) => floorOf(to) > floorOf(from) && floorOf(from) !== -1)).toEqual([])
  })

  test('nobody imports the start of the program', () => {
    const climbers = inside.filter(({ from }) => /^(src|client)\//.test(from))
    expect(broken(climbers, ({ to }) => to === 'src/main.ts')).toEqual([])
  })
})

describe('the slices', () => {
  test('no slice imports from a later one on its floor', () => {
    const sameFloor = inside.filter(({ from, to }) => floorOf(from) === floorOf(to))
    expect(broken(sameFloor, ({ from, to }) => sliceOf(to) > sliceOf(from) && sliceOf(from) !== -1)).toEqual(
      [],
    )
  })

  test('no layer of a slice reaches a later one, not even by way of a helper', () => {
    const climbs = files.flatMap((path) => {
      const reached = layerOf(path) === -1 ? [] : [...reachedInSlice(path)]
      return reached
        .filter((other) => layerOf(other) > layerOf(path))
        .map((other) => `${path} reaches ${other}`)
    })
    expect(climbs).toEqual([])
  })

  test('those of the client are in no circle', () => {
    const folders = new Map<string, Set<string>>()
    for (const { from, to } of inside) {
      if (!from.startsWith('client/') || !to.startsWith('client/')) continue
      const here = folderOf(from)
      if (here !== folderOf(to)) folders.set(here, (folders.get(here) ?? new Set()).add(folderOf(to)))
    }
    const circles = [...folders.keys()].filter((folder) =>
      reach(folder, (at) => folders.get(at) ?? []).has(folder),
    )
    expect(circles).toEqual([])
  })
})

describe('the walls', () => {
  for (const { from, to, types, why } of walls) {
    test(`${why}: ${from.source} never imports ${to.source}${types ? ' but for types' : ''}`, () => {
      const crossing = (one: Import) => from.test(one.from) && to.test(one.to) && !(types && one.type)
      expect(broken(inside, crossing)).toEqual([])
    })
  }
})

describe('the packages', () => {
  for (const [name, allowed] of Object.entries(holders)) {
    test(`${name} is held by ${allowed.source} alone`, () => {
      const held = imports.filter(({ to, ours }) => !ours && to === name)
      expect(broken(held, ({ from, type }) => !allowed.test(from) && !type)).toEqual([])
    })
  }

  test('the three of tRPC are the same version, and every version is exact', () => {
    const versions = { ...packageJson.dependencies, ...packageJson.devDependencies }
    const { '@trpc/client': client, '@trpc/react-query': reactQuery, '@trpc/server': server } = versions
    expect([client, reactQuery]).toEqual([server, server])
    expect(Object.values(versions).filter((version) => !/^\d/.test(version))).toEqual([])
  })
})

describe('the files', () => {
  test('none is longer than 300 lines', async () => {
    const lengths = await Promise.all(
      files.map(async (path) => (await readSource(path)).split('\n').length - 1),
    )
    expect(files.filter((_, index) => (lengths[index] ?? 0) > 300)).toEqual([])
  })

  test('only config.ts reads the environment', async () => {
    expect(await filesOf(/^(?!src\/config)(src|client)\//, /process\.env|Bun\.env/)).toEqual([])
  })

  test('tRPC’s hooks are called only in files named use*', async () => {
    const callers = await filesOf(/^client\//, /\btrpc(\.\w+)+\.use[A-Z]\w*\(|\btrpc\.useUtils\(/)
    expect(callers.filter((path) => !/\/use[A-Z]\w*\.tsx?$/.test(path))).toEqual([])
  })

  test('no update or delete of a table goes without a where', async () => {
    const paths = files.filter((path) => /^src\/.*\.ts$/.test(path))
    const found = await Promise.all(
      paths.map(async (path) =>
        [
          ...(await readSource(path)).matchAll(
            /\b(?:db|tx)\s*\.(?:update|delete)\([\s\S]*?(?=;|\n\n|\bawait\b|$)/g,
          ),
        ]
          .filter(([chain]) => !chain.includes('.where('))
          .map(([chain]) => `${path}: ${chain.slice(0, 60)}`),
      ),
    )
    expect(found.flat()).toEqual([])
  })

  test('nothing happens on import: a program that imports all of the server ends by itself, in silence', async () => {
    const program = files
      .filter((path) => path.startsWith('src/'))
      .map((path) => `await import('./${path}')`)
      .join('\n')
    const child = Bun.spawn([process.execPath, '-e', program], { cwd: root, stdout: 'pipe', stderr: 'pipe' })
    const output = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ])
    expect(output).toEqual(['', '', 0])
  }, 20_000)

  test('this test misses no import that Bun itself sees', async () => {
    const scanner = new Bun.Transpiler({ loader: 'tsx' })
    const missed = files.map(async (path) => {
      if (path.endsWith('.css')) return []
      const ours = new Set(imports.filter(({ from }) => from === path).map(({ specifier }) => specifier))
      const seen = scanner.scanImports(await readSource(path)).map((one) => one.path)
      return seen
        .filter((one) => !ours.has(one) && !/^react(\/jsx.*)?$/.test(one))
        .map((one) => `${path}: ${one}`)
    })
    expect((await Promise.all(missed)).flat()).toEqual([])
  })
})

function broken(candidates: Import[], isBroken: (one: Import) => boolean): string[] {
  return candidates.filter(isBroken).map(({ from, to }) => `${from} imports ${to}`)
}

function floorOf(path: string): number {
  return floors.findIndex(([, pattern]) => pattern.test(path))
}

function sliceOf(path: string): number {
  const [top, slice = ''] = path.split('/')
  return top === 'src' ? slices.indexOf(slice) : -1
}

function layerOf(path: string): number {
  const [top, slice = '', file = ''] = path.split('/')
  return top === 'src' && slices.includes(slice) ? layers.indexOf(file.replace('.ts', '')) : -1
}

function folderOf(path: string): string {
  return join(path, '..')
}

/** The files of its own slice that a file depends on, through helpers only: layers answer for themselves. */
function reachedInSlice(path: string): Set<string> {
  return reach(path, (at) =>
    at !== path && layerOf(at) !== -1
      ? []
      : inside.filter(({ from, to }) => from === at && folderOf(to) === folderOf(path)).map(({ to }) => to),
  )
}

function reach(start: string, next: (at: string) => Iterable<string>): Set<string> {
  const reached = new Set<string>()
  const ahead = [...next(start)]
  for (let at = ahead.pop(); at !== undefined; at = ahead.pop()) {
    if (reached.has(at)) continue
    reached.add(at)
    ahead.push(...next(at))
  }
  return reached
}

async function filesOf(where: RegExp, what: RegExp): Promise<string[]> {
  const paths = files.filter((path) => where.test(path))
  const texts = await Promise.all(paths.map(readSource))
  return paths.filter((_, index) => what.test(texts[index] ?? ''))
}
