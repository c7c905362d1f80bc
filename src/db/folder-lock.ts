import { Database } from 'bun:sqlite'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The holder's process id, when somebody else holds the lock. */
export class FolderLocked extends Error {
  constructor(readonly holder: string) {
    super(`the folder is locked by process ${holder}`)
  }
}

/**
 * Keeps a folder for this process until the returned function is called or the process ends, however it ends.
 *
 * The lock is SQLite's exclusive one on an empty file, since that is the one lock of the system (fcntl) that Bun offers: the kernel
 * frees it with the process, so there is nothing stale to judge, as there is with a file that holds a process id.
 *
 * @throws FolderLocked when another process, or another part of this one, holds it
 */
export function lockFolder(folder: string): () => void {
  const holderFile = join(folder, 'lock.pid')
  const lock = new Database(join(folder, 'lock'))
  try {
    lock.run('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (!(error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY')) throw error
    throw new FolderLocked(readHolder(holderFile))
  }
  writeFileSync(holderFile, String(process.pid))
  held.add(lock)
  return () => {
    held.delete(lock)
    lock.close()
  }
}

/** A lock that nothing refers to is collected, and closed with that: a holder may well drop the function it got. */
const held = new Set<Database>()

function readHolder(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return 'unknown'
  }
}
