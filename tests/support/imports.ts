import { existsSync } from 'node:fs'
import { join, normalize, resolve } from 'node:path'
import { Glob } from 'bun'

export const root = resolve(import.meta.dir, '../..')

export interface Import {
  /** A path from the root, as `to` where it is a file of ours. */
  from: string
  /** As it is written. */
  specifier: string
  /** Our file, or the name of a package: `drizzle-orm`, `@trpc/server`, `node:fs`. */
  to: string
  /** Our own file, not a package. */
  ours: boolean
  /** `import type` and `export type`: gone when the program runs. */
  type: boolean
}

/** All source files of the project, as paths from its root. */
export function sourceFiles(): string[] {
  const found = ['src', 'client', 'verify', 'tests', 'bin', 'bench'].flatMap((folder) => [
    ...new Glob(`${folder}/**/*.{ts,tsx,css}`).scanSync({ cwd: root }),
  ])
  return found.filter((path) => !path.startsWith('client/dist/')).sort()
}

export async function readSource(path: string): Promise<string> {
  return Bun.file(join(root, path)).text()
}

/** The imports of one file, types included: those Bun's own scanner would leave out. */
export async function importsOf(path: string): Promise<Import[]> {
  const source = await readSource(path)
  return [...source.matchAll(statement)].map((match) => {
    const specifier = match.groups?.from ?? match.groups?.bare ?? match.groups?.dynamic ?? ''
    const ours = specifier.startsWith('.')
    return {
      from: path,
      specifier,
      to: ours ? ourFile(path, specifier) : packageName(specifier),
      ours,
      type: match.groups?.type !== undefined,
    }
  })
}

/** At the start of a line `import … from`, `export … from` and the bare `import 'x'`; anywhere `import('x')`. */
const statement =
  /^(?:import|export)(?<type>\s+type)?\s+(?:[\w*{][^'";]*?)from\s+'(?<from>[^']+)'|^import\s+'(?<bare>[^']+)'|\bimport\(\s*'(?<dynamic>[^']+)'/gm

function ourFile(from: string, specifier: string): string {
  const path = normalize(join(from, '..', specifier.replace(/\?.*$/, '')))
  const isFile = (candidate: string) => existsSync(join(root, candidate)) && /\.\w+$/.test(candidate)
  return [path, `${path}.ts`, `${path}.tsx`].find(isFile) ?? path
}

function packageName(specifier: string): string {
  const [scope = '', name = ''] = specifier.split('/')
  return scope.startsWith('@') ? `${scope}/${name}` : scope
}
