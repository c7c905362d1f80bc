import { describe, expect, test } from 'bun:test'
import { startRedis } from '../support/redis'
import { describeWith } from '../support/require'
import { until } from '../support/until'
import { Random } from './random'
import { filterOf, RedisEdge, type Trouble } from './redis-edge'

const hello = '%2\r\n+proto\r\n:3\r\n$7\r\nmodules\r\n*0\r\n'
const others = {
  RESP2: `+OK\r\n:12\r\n$-1\r\n*-1\r\n*3\r\n$9\r\nsubscribe\r\n$3\r\nc:1\r\n:1\r\n-ERR no\r\n*2\r\n*1\r\n$4\r\na\r\nb\r\n:1\r\n`,
  RESP3: `${hello}_\r\n#t\r\n,1.5\r\n>3\r\n$9\r\nsubscribe\r\n$3\r\nc:1\r\n:1\r\n=6\r\ntxt:hi\r\n|1\r\n+ttl\r\n:3\r\n$2\r\nok\r\n`,
}
const marks = { RESP2: '*', RESP3: '>' }

for (const version of ['RESP2', 'RESP3'] as const)
  describe(`on bytes of ${version}`, () => {
    const message = (payload: string, channel = 'c:1') =>
      `${marks[version]}3\r\n$7\r\nmessage\r\n${bulk(channel)}${bulk(payload)}`
    const said = `${others[version]}${message('für')}${others[version]}${message('two\r\n+x')}:1\r\n`

    test('nothing changes without trouble, wherever the bytes are split', () => {
      for (let at = 0; at <= Buffer.byteLength(said); at++) expect(send(said, at)).toBe(said)
    })

    test('a dropped message is missing as a whole, and nothing else is, wherever the bytes are split', () => {
      const rest = `${others[version]}${others[version]}:1\r\n`
      for (let at = 0; at <= Buffer.byteLength(said); at++) expect(send(said, at, { drop: 1 })).toBe(rest)
    })

    test('a doubled message comes twice, at its place', () => {
      const [one, two] = [message('one'), message('two')]
      expect(send(`:1\r\n${one}:2\r\n${two}`, 3, { double: 1 })).toBe(`:1\r\n${one}${one}:2\r\n${two}${two}`)
    })

    test('reordered messages all come, in another order, and other frames keep theirs', () => {
      const sent = Array.from({ length: 200 }, (_, index) => `${message(`${index}`)}:${index}\r\n`)
      const end = Array.from({ length: 9 }, () => message('end', 'ping:1')).join('')
      const got = send(`${sent.join('')}${end}`, 7, { reorder: 0.3, of: (channel) => channel === 'c:1' })
      const payloads = [...got.matchAll(/c:1\r\n\$\d\r\n(\d+)/g)].map(([, payload]) => Number(payload))
      expect(payloads).not.toEqual(range(200))
      expect(payloads.toSorted((a, b) => a - b)).toEqual(range(200))
      expect([...got.matchAll(/^:(\d+)/gm)].map(([, number]) => Number(number))).toEqual(range(200))
    })

    test('only messages of the channels that were named are in trouble', () => {
      const [ping, news] = [message('1', 'ping:1'), message('1')]
      expect(send(`${ping}${news}${ping}`, 4, { drop: 1, of: (channel) => channel !== 'ping:1' })).toBe(
        `${ping}${ping}`,
      )
    })

    test('which messages are in trouble is a function of the seed', () => {
      const many = range(50)
        .map((index) => message(`${index}`))
        .join('')
      const trouble = { drop: 0.2, double: 0.2, reorder: 0.2 }
      expect(send(many, 9, trouble)).toBe(send(many, 1_000, trouble))
      expect(send(many, 9, trouble)).not.toBe(send(many, 9, { ...trouble, seed: 8 }))
    })
  })

describeWith('redis', 'on the way from a real Redis', () => {
  test('messages are lost and doubled as told, and come as ever after that', async () => {
    await using stack = new AsyncDisposableStack()
    const redis = await startRedis()
    stack.defer(() => redis.stop())
    const { hostname, port } = new URL(redis.url)
    const edge = stack.use(new RedisEdge(() => [{ hostname, port: Number(port) }], new Random(7)))
    const publisher = new Bun.RedisClient(redis.url)
    const subscriber = new Bun.RedisClient(`redis://127.0.0.1:${edge.port}`)
    stack.defer(() => {
      publisher.close()
      subscriber.close()
    })
    const heard: string[] = []
    await subscriber.subscribe('c:1', (payload) => heard.push(payload))

    edge.mistreat({ double: 1 })
    await publisher.publish('c:1', 'twice')
    await until(() => heard.length === 2)
    edge.mistreat({ drop: 1 })
    await publisher.publish('c:1', 'never')
    await until(() => edge.tally.dropped === 1)
    edge.pass()
    await publisher.publish('c:1', 'once')
    await until(() => heard.includes('once'))
    expect(heard).toEqual(['twice', 'twice', 'once'])
    expect(edge.tally).toEqual({ dropped: 1, doubled: 1, reordered: 0 })
  })
})

/** What comes of the text when its bytes arrive in two parts. */
function send(text: string, at: number, trouble: Trouble & { seed?: number } = {}): string {
  const tally = { dropped: 0, doubled: 0, reordered: 0 }
  const filter = filterOf({ trouble, tally, random: new Random(trouble.seed ?? 7) })
  const bytes = Buffer.from(text)
  const parts = [bytes.subarray(0, at), bytes.subarray(at)]
  return Buffer.concat(parts.map((part) => filter(Uint8Array.from(part)))).toString()
}

function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index)
}
