import type { Recorded } from './check'
import type { DatabaseState, Entry } from './history'

/**
 * What `History.writeTo` wrote: one JSON entry a line, the database's state last.
 *
 * @throws when the file is not there, is not such a history, or ends before the database's state
 */
export async function readHistory(file: string): Promise<Recorded> {
  const lines = (await Bun.file(file).text()).split('\n')
  const entries: Entry[] = []
  for (const [index, line] of lines.entries()) {
    if (line === '') continue
    const entry = parse(line, `${file}:${index + 1}`)
    if (entry.kind === 'database') {
      const { kind: _, ...database } = entry
      return { entries, database }
    }
    entries.push(entry)
  }
  throw new Error(`${file} ends before what the database held: the run that wrote it was cut off`)
}

type Line = Entry | ({ kind: 'database' } & DatabaseState)

function parse(line: string, where: string): Line {
  const entry = read(line)
  if (typeof entry === 'object' && entry !== null && 'kind' in entry) return entry as Line
  throw new Error(`${where} is no entry of a history`)
}

function read(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
