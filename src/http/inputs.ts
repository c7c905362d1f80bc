import { TRPCError } from '@trpc/server'
import type { Context } from 'hono'

/** Hands out the input of the call with this index; it is read when a procedure first asks for one. */
export type Inputs = (index: number) => Promise<unknown>

/**
 * The inputs of a request's calls: of queries in the parameter `input`, of mutations in the body. In a batch it is an
 * object with the inputs under their calls' indices.
 *
 * @throws BAD_REQUEST from the one that is asked for what is not JSON
 */
export function readInputs(c: Context, batched: boolean): Inputs {
  let reading: Promise<unknown> | null = null
  return async (index) => {
    reading ??= readText(c).then(parse)
    const input = await reading
    if (!batched || input === undefined) return input
    if (typeof input !== 'object' || input === null || Array.isArray(input))
      throw new TRPCError({ code: 'BAD_REQUEST' })
    return Reflect.get(input, index)
  }
}

async function readText(c: Context): Promise<string> {
  return c.req.method === 'POST' ? c.req.raw.text() : (c.req.query('input') ?? '')
}

/** Nothing at all is how tRPC's client calls what takes no input. */
function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch (cause) {
    throw new TRPCError({ code: 'BAD_REQUEST', cause })
  }
}
