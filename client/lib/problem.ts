import { TRPCClientError } from '@trpc/client'

/**
 * What went wrong, as the person may read it. `field` is the input's field that is to blame, `status` the server's
 * HTTP status: null when no answer came, so that nobody knows whether the call was carried out.
 */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly sentence: string

  constructor(
    sentence: string,
    readonly field: string | null = null,
    readonly status: number | null = null,
  ) {
    super(sentence)
    this.sentence = sentence
  }
}

/** Any thrown value as a problem with a sentence of its own. */
export function toProblem(cause: unknown): Problem {
  if (cause instanceof Problem) return cause
  if (!(cause instanceof TRPCClientError)) return new Problem('Something went wrong.')
  const data: unknown = cause.data
  const status = numberIn(data, 'httpStatus')
  if (status === null) return new Problem('The server is out of reach. Try again in a moment.')
  return new Problem(cause.message, textIn(data, 'field'), status)
}

function numberIn(data: unknown, name: string): number | null {
  const value = valueIn(data, name)
  return typeof value === 'number' ? value : null
}

function textIn(data: unknown, name: string): string | null {
  const value = valueIn(data, name)
  return typeof value === 'string' ? value : null
}

function valueIn(data: unknown, name: string): unknown {
  return typeof data === 'object' && data !== null ? Reflect.get(data, name) : undefined
}
