import { afterAll } from 'bun:test'
import { runAtEnd } from './at-end'
import { tellSkipped } from './require'

// Named in bunfig.toml: a hook here is the whole run's, not a file's.
afterAll(async () => {
  await runAtEnd()
  tellSkipped()
}, 30_000)
