/** The frames of tRPC's WebSocket protocol: a dozen shapes, all of them here. */

type Id = number | string

export interface Request {
  kind: 'query' | 'mutation' | 'subscription' | 'stop'
  id: Id
  path: string
  input: unknown
}

const PATH_MAX = 100

/** @returns null for whatever is no request of the protocol; its sender is no tRPC client */
export function parseRequest(text: string): Request | null {
  const message = parseJson(text)
  if (!isRecord(message)) return null
  const { id, method, params } = message
  if (typeof id !== 'number' && (typeof id !== 'string' || id.length > PATH_MAX)) return null
  if (method === 'subscription.stop') return { kind: 'stop', id, path: '', input: undefined }
  if (method !== 'query' && method !== 'mutation' && method !== 'subscription') return null
  if (!isRecord(params) || typeof params.path !== 'string' || params.path.length > PATH_MAX) return null
  // `params.lastEventId` is left where it is: nothing rests on it (DESIGN, section 4).
  return { kind: method, id, path: params.path, input: params.input }
}

/** Payloads and ids are put into the frame as they are: an event is serialised once for all its sockets. */
export const frame = {
  started: (id: Id) => `{"id":${JSON.stringify(id)},"result":{"type":"started"}}`,
  stopped: (id: Id) => `{"id":${JSON.stringify(id)},"result":{"type":"stopped"}}`,
  data: (id: Id, payload: string) =>
    `{"id":${JSON.stringify(id)},"result":{"type":"data","data":${payload}}}`,
  error: (id: Id, shape: unknown) => JSON.stringify({ id, error: shape }),
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
