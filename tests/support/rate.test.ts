import { expect, test } from 'bun:test'
import { Edge } from './edge'

test('connections of a limited edge share what it lets through, and none of them waits for another’s end', async () => {
  using listener = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: { data: (socket, bytes) => void socket.write(bytes) },
  })
  using edge = new Edge(() => [{ hostname: '127.0.0.1', port: listener.port }])
  edge.limit(20_000)
  const order: string[] = []
  const echo = (name: string, length: number) => echoed(edge.port, length).then(() => order.push(name))
  await Promise.all([echo('long', 4_000), echo('short', 400)])
  expect(order).toEqual(['short', 'long'])

  // A minute and more, if it were still limited.
  const passed = echoed(edge.port, 2_000_000)
  edge.pass()
  await passed
}, 20_000)

/** Resolves when so many bytes came back. */
async function echoed(port: number, length: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let [sent, got] = [0, 0]
  const bytes = new Uint8Array(length)
  const pour = (socket: { write(bytes: Uint8Array): number }) => {
    sent += Math.max(0, socket.write(bytes.subarray(sent)))
  }
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      drain: pour,
      data(_, part) {
        got += part.length
        if (got === length) resolve()
      },
    },
  })
  pour(socket)
  await promise
  socket.end()
}
