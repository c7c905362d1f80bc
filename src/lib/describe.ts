interface Described {
  name: string
  message: string
  code?: string
  /** Where it came from, without the message. */
  at: string[]
}

/**
 * An error for the log: its innermost cause, and the places that it came through. Drizzle's own message
 * holds the statement's parameters (people's texts, hashes), so the message of a wrapper is never logged.
 */
export function describeError(error: unknown): Described {
  const root = rootCause(error)
  if (!(root instanceof Error)) return { name: typeof root, message: 'not an error', at: [] }
  const outer = error instanceof Error ? error : root
  const at = (outer.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  const described: Described = { name: root.name, message: root.message, at: at.map((line) => line.trim()) }
  if ('code' in root && typeof root.code === 'string') described.code = root.code
  return described
}

function rootCause(error: unknown): unknown {
  let root = error
  while (root instanceof Error && root.cause !== undefined && root.cause !== null) root = root.cause
  return root
}
