import { describe, expect, test } from 'bun:test'
import { Hono } from 'hono'
import { addressReader } from '../../src/http/address'
import type { HttpEnv } from '../../src/http/env'

const proxies = ['10.0.0.0/8', '192.0.2.7', '2001:db8::/32']

interface Case {
  name: string
  peer: string | null
  forwarded?: string
  address: string | null
}

const cases: Case[] = [
  { name: 'a connection from outside', peer: '203.0.113.5', address: '203.0.113.5' },
  {
    name: 'one that claims to be another',
    peer: '203.0.113.5',
    forwarded: '198.51.100.1',
    address: '203.0.113.5',
  },
  { name: 'a proxy that tells', peer: '10.1.2.3', forwarded: '203.0.113.5', address: '203.0.113.5' },
  {
    name: 'a proxy by its exact address',
    peer: '192.0.2.7',
    forwarded: '203.0.113.5',
    address: '203.0.113.5',
  },
  { name: 'a neighbour of that proxy', peer: '192.0.2.8', forwarded: '203.0.113.5', address: '192.0.2.8' },
  {
    name: 'a proxy seen through version 6',
    peer: '::ffff:10.1.2.3',
    forwarded: '203.0.113.5',
    address: '203.0.113.5',
  },
  { name: 'a proxy of version 6', peer: '2001:db8::1', forwarded: '2001:db9::5', address: '2001:db9::5' },
  { name: 'two proxies', peer: '10.1.2.3', forwarded: '203.0.113.5, 10.9.9.9', address: '203.0.113.5' },
  {
    name: 'a forged beginning',
    peer: '10.1.2.3',
    forwarded: '198.51.100.1, 203.0.113.5',
    address: '203.0.113.5',
  },
  { name: 'a proxy that tells nonsense', peer: '10.1.2.3', forwarded: 'unknown', address: '10.1.2.3' },
  { name: 'a proxy that tells nothing', peer: '10.1.2.3', address: '10.1.2.3' },
  { name: 'a connection that is gone', peer: null, forwarded: '203.0.113.5', address: null },
]

describe('the address of', () => {
  for (const { name, peer, forwarded, address } of cases)
    test(name, async () => {
      const addressOf = addressReader(proxies)
      const app = new Hono<HttpEnv>().get('/', (c) => c.json(addressOf(c)))
      const headers = new Headers(forwarded === undefined ? [] : [['x-forwarded-for', forwarded]])
      const server = { requestIP: () => (peer === null ? null : { address: peer }) }
      expect(await (await app.request('/', { headers }, server)).json()).toBe(address)
    })
})
