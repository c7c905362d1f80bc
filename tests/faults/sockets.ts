import type { ServerWebSocket } from 'bun'

const LOOK_MS = 5

/**
 * Looks at every WebSocket of this process, many times a second. Before anything is served.
 *
 * @returns the most bytes that ever waited for one client, as far as was seen
 */
export function watchSockets(): () => number {
  const open = new Set<ServerWebSocket<unknown>>()
  let most = 0
  const look = () => {
    for (const ws of open) most = Math.max(most, ws.getBufferedAmount())
  }
  const serve = Bun.serve
  Bun.serve = ((options: Parameters<typeof serve>[0]) => {
    if (!('websocket' in options) || options.websocket === undefined) return serve(options)
    const { websocket } = options
    return serve({
      ...options,
      websocket: {
        ...websocket,
        open(ws: ServerWebSocket<never>) {
          open.add(ws)
          return websocket.open?.(ws)
        },
        close(ws: ServerWebSocket<never>, code: number, reason: string) {
          open.delete(ws)
          return websocket.close?.(ws, code, reason)
        },
      },
    } as Parameters<typeof serve>[0])
  }) as typeof serve
  setInterval(look, LOOK_MS).unref()
  return () => most
}
