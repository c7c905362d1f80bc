import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Hono } from 'hono'
import type { HttpEnv } from '../../src/http/env'
import { serveClient } from '../../src/http/static'

const folder = mkdtempSync(join(tmpdir(), 'confab-client-'))
const page = '<!doctype html><title>Confab</title>'
const script = 'console.log("hello")\n'.repeat(50)
const app = new Hono<HttpEnv>()

beforeAll(async () => {
  await Bun.write(join(folder, 'dist/index.html'), page)
  await Bun.write(join(folder, 'dist/theme.js'), script)
  await Bun.write(join(folder, 'dist/assets/app-4f3a.js'), script)
  await Bun.write(join(folder, 'dist/assets/inter-77ab.woff2'), 'font')
  await Bun.write(join(folder, 'secret.txt'), 'not yours')
  app.get('*', serveClient(join(folder, 'dist')))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('the client', () => {
  for (const path of ['/', '/index.html', '/c/0190aaaa', '/join/token-1', '/sign-in'])
    test(`${path} is the page, never kept`, async () => {
      const response = await app.request(path)
      expect(await response.text()).toBe(page)
      expect(response.headers.get('content-type')).toStartWith('text/html')
      expect(response.headers.get('cache-control')).toBe('no-store')
    })

  test('what has a hash in its name is kept for ever, the rest is asked for again', async () => {
    const hashed = await app.request('/assets/app-4f3a.js')
    const theme = await app.request('/theme.js')
    expect(hashed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(theme.headers.get('cache-control')).toBe('no-cache')
    const etag = theme.headers.get('etag') ?? ''
    const again = await app.request('/theme.js', { headers: { 'if-none-match': etag } })
    expect(again.status).toBe(304)
    expect(await again.text()).toBe('')
  })

  test('text is packed for those who can unpack it', async () => {
    const packed = await app.request('/theme.js', { headers: { 'accept-encoding': 'br, gzip' } })
    const plain = await app.request('/theme.js')
    const font = await app.request('/assets/inter-77ab.woff2', { headers: { 'accept-encoding': 'gzip' } })
    const bytes = await packed.bytes()
    expect(packed.headers.get('content-encoding')).toBe('gzip')
    expect(packed.headers.get('vary')).toBe('Accept-Encoding')
    expect(new TextDecoder().decode(Bun.gunzipSync(bytes))).toBe(script)
    expect(bytes.length).toBeLessThan(script.length)
    expect(plain.headers.get('content-encoding')).toBeNull()
    expect(await plain.text()).toBe(script)
    expect(font.headers.get('content-encoding')).toBeNull()
  })

  const outside = [
    '/missing.js',
    '/assets/missing-1.css',
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e%5csecret.txt',
    '//etc/hosts.txt',
    '/.env',
    '/theme.js%00.html',
    `/${folder}/secret.txt`,
  ]
  for (const path of outside)
    test(`${path} is nothing`, async () => {
      const response = await app.request(`http://localhost${path}`)
      expect(response.status).toBe(404)
      expect(await response.text()).not.toContain('not yours')
    })

  test('a folder that was never built gives no page and no error', async () => {
    const empty = new Hono<HttpEnv>().get('*', serveClient(join(folder, 'nowhere')))
    expect((await empty.request('/')).status).toBe(404)
  })
})
