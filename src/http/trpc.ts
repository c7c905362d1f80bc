import { type AnyTRPCProcedure, callTRPCProcedure, TRPCError } from '@trpc/server'
import type { Handler, Context as HonoContext } from 'hono'
import type { Deps } from '../deps'
import { within } from '../lib/deadline'
import { BATCH_MAX } from '../lib/limits'
import { appRouter } from '../router'
import { asTRPCError, type Context, type ErrorShape, shapeOf } from '../rpc'
import type { HttpEnv } from './env'
import { type Inputs, readInputs } from './inputs'
import { refuse, retryAfter } from './refusal'
import { cookieJar } from './session'

const PATH_START = '/trpc/'.length

/**
 * tRPC's HTTP protocol for queries and mutations, alone or in a batch. Subscriptions have the socket: there they end with
 * their session.
 *
 * The calls are tRPC's; what is around them is ours, as it is on the socket. Its own adapter makes a URL, two abort
 * controllers and several copies of everything for each call, which cost more than most calls do.
 */
export function answerCalls(deps: Deps): Handler<HttpEnv> {
  return async (c) => {
    const path = c.req.path.slice(PATH_START)
    if (!/^[\w.,]+$/.test(path)) return refuse('NOT_FOUND', 'There is no such procedure.')
    const batched = c.req.query('batch') === '1'
    const names = batched ? path.split(',') : [path]
    if (names.length > BATCH_MAX) return refuse('BAD_REQUEST', `A batch has at most ${BATCH_MAX} calls.`)
    const headers = new Headers({ 'Content-Type': 'application/json' })
    const ctx: Context = { deps, viewer: c.get('viewer'), cookie: cookieJar(deps, headers) }
    const inputs = readInputs(c, batched)
    const answers = await Promise.all(names.map((name, index) => answer(c, { ctx, name, inputs, index })))
    const codes = answers.flatMap(({ error }) => error?.data.code ?? [])
    for (const [name, value] of Object.entries(retryAfter(codes))) headers.set(name, value)
    const body = JSON.stringify(batched ? answers : answers[0])
    return new Response(body, { status: statusOf(answers), headers })
  }
}

interface Call {
  ctx: Context
  name: string
  inputs: Inputs
  /** In its batch. */
  index: number
}

type Answer = { result: { data: unknown }; error?: never } | { error: ErrorShape }

/** A client that hears nothing cannot tell what happened; one that hears 503 tries again. Hence the deadline. */
async function answer(c: HonoContext<HttpEnv>, { ctx, name, inputs, index }: Call): Promise<Answer> {
  const type = c.req.method === 'POST' ? 'mutation' : 'query'
  try {
    checkMethod(name, type)
    const call = callTRPCProcedure({
      ...{ router: appRouter, path: name, ctx, type, batchIndex: index, signal: undefined },
      getRawInput: () => inputs(index),
    })
    return { result: { data: await within(c.get('answerBy') - performance.now(), call) } }
  } catch (thrown) {
    const error = asTRPCError(thrown)
    tell(ctx.deps, error, { requestId: c.get('requestId'), procedure: name })
    return { error: shapeOf(error, { type, path: name }) }
  }
}

/** tRPC would say that there is no such procedure. */
function checkMethod(name: string, asked: 'query' | 'mutation'): void {
  const { procedures } = appRouter._def
  if (!Object.hasOwn(procedures, name)) throw new TRPCError({ code: 'NOT_FOUND' })
  const procedure: AnyTRPCProcedure = Reflect.get(procedures, name)
  if (procedure._def.type !== asked) throw new TRPCError({ code: 'METHOD_NOT_SUPPORTED' })
}

/** One for all if they agree, as tRPC's clients expect of a batch. */
function statusOf(answers: Answer[]): number {
  const [first = 200, ...others] = answers.map(({ error }) => error?.data.httpStatus ?? 200)
  return others.every((status) => status === first) ? first : 207
}

/** Only what is our own fault or the database's: refusals have their line in the request log. */
function tell({ logger }: Deps, error: TRPCError, where: { requestId: string; procedure: string }): void {
  if (error.code === 'INTERNAL_SERVER_ERROR') logger.error({ ...where, error }, 'failed')
  if (error.code === 'SERVICE_UNAVAILABLE') logger.warn({ ...where, error }, 'unavailable')
}
