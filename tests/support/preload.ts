import { afterAll, beforeAll, setDefaultTimeout } from 'bun:test'
import { runAtEnd } from './at-end'
import { startPostgres } from './postgres'
import { tellSkipped } from './require'

// Named in bunfig.toml: a hook here is the whole run's, not a file's.

// Longer than `until` waits, so that a failure says what was awaited in vain. Only a failing test ever takes as long.
setDefaultTimeout(15_000)

// Here, since a busy machine needs longer for a first start than the files' own hooks have.
beforeAll(startPostgres, 60_000)

afterAll(async () => {
  await runAtEnd()
  tellSkipped()
}, 30_000)
