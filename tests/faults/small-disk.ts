import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const STEPS = [1024 * 1024, 4096]
/** What its user gives back is taken again. */
const TOP_UP_MS = 200

/** A disk of so many MB that can be full: a file system in memory, which only Linux's root may mount. */
export class SmallDisk implements Disposable {
  readonly folder: string
  readonly #filler: string
  #timer: Timer | null = null

  private constructor(folder: string) {
    this.folder = folder
    this.#filler = join(folder, 'filler')
  }

  /** Null where this is not allowed. */
  static mount(megabytes: number): SmallDisk | null {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return null
    const folder = mkdtempSync(join(tmpdir(), 'confab-disk-'))
    const options = `size=${megabytes}m,mode=0711`
    const mounted = Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', options, 'confab-disk', folder])
    if (!mounted.success) {
      rmdirSync(folder)
      return null
    }
    const disk = new SmallDisk(folder)
    process.once('exit', disk.#leave)
    return disk
  }

  /** Not a byte more fits, until `free`. */
  fill(): void {
    this.#take()
    this.#timer ??= setInterval(() => this.#take(), TOP_UP_MS)
  }

  free(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    rmSync(this.#filler, { force: true })
  }

  [Symbol.dispose](): void {
    this.free()
    process.off('exit', this.#leave)
    this.#leave()
  }

  #take(): void {
    const file = openSync(this.#filler, 'a')
    for (const step of STEPS) while (appended(file, step));
    closeSync(file)
  }

  /** Lazily: also when somebody still has a file open there. */
  readonly #leave = () => {
    Bun.spawnSync(['umount', '--lazy', this.folder])
    rmdirSync(this.folder)
  }
}

/** False when it was too much. */
function appended(file: number, bytes: number): boolean {
  try {
    return writeSync(file, new Uint8Array(bytes)) === bytes
  } catch {
    return false
  }
}
