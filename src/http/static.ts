import { existsSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Context, Handler } from 'hono'
import type { HttpEnv } from './env'
import { refuse } from './refusal'

interface Asset {
  type: string
  cacheControl: string
  etag: string
  plain: Uint8Array<ArrayBuffer>
  /** null where packing gains nothing. */
  gzip: Uint8Array<ArrayBuffer> | null
}

const PACKED = new Set(['.css', '.html', '.js', '.json', '.svg', '.txt', '.webmanifest'])

/**
 * The built client, read and packed once, on first use. Its files are listed when the server starts, so no address can
 * reach another one. An address without a dot is one of the client's own routes and gets the page.
 *
 * Names under `/assets/` hold a hash of the content and may be kept for ever; the page is never kept, as it names them.
 */
export function serveClient(folder: string | undefined): Handler<HttpEnv> {
  const names = new Set(
    folder !== undefined && existsSync(folder) ? new Bun.Glob('**/*').scanSync(folder) : [],
  )
  const assets = new Map<string, Promise<Asset>>()
  return async (c) => {
    const asked = c.req.path.slice(1)
    const name = names.has(asked) ? asked : asked.includes('.') ? '' : 'index.html'
    if (folder === undefined || !names.has(name))
      return refuse('NOT_FOUND', 'There is nothing at this address.')
    let asset = assets.get(name)
    if (asset === undefined) {
      asset = readAsset(folder, name)
      assets.set(name, asset)
    }
    return send(c, await asset)
  }
}

function send(c: Context<HttpEnv>, asset: Asset): Response {
  const packed = asset.gzip !== null && /\bgzip\b/.test(c.req.header('accept-encoding') ?? '')
  const headers = new Headers({
    'Content-Type': asset.type,
    'Cache-Control': asset.cacheControl,
    ETag: asset.etag,
  })
  if (asset.gzip !== null) headers.set('Vary', 'Accept-Encoding')
  if (c.req.header('if-none-match') === asset.etag) return new Response(null, { status: 304, headers })
  if (packed) headers.set('Content-Encoding', 'gzip')
  return new Response(packed ? asset.gzip : asset.plain, { headers })
}

async function readAsset(folder: string, name: string): Promise<Asset> {
  const file = Bun.file(join(folder, name))
  const plain = await file.bytes()
  return {
    type: file.type,
    cacheControl: cacheControl(name),
    // Weak: the packed and the plain form are the same content.
    etag: `W/"${Bun.hash(plain).toString(36)}"`,
    plain,
    gzip: PACKED.has(extname(name)) ? Bun.gzipSync(plain, { level: 9 }) : null,
  }
}

function cacheControl(name: string): string {
  if (name.startsWith('assets/')) return 'public, max-age=31536000, immutable'
  return name.endsWith('.html') ? 'no-store' : 'no-cache'
}
