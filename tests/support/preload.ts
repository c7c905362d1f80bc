import { afterAll, beforeAll } from 'bun:test'
import { runAtEnd } from './at-end'
import { startPostgres } from './postgres'
import { tellSkipped } from './require'

// Named in bunfig.toml: a hook here is the whole run's, not a file's.

// Here, since the files' own hooks have five seconds, and a busy machine needs longer for a first start.
beforeAll(startPostgres, 60_000)

afterAll(async () => {
  await runAtEnd()
  tellSkipped()
}, 30_000)
