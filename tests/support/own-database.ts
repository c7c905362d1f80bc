import { readConfig } from '../../src/config'
import { startEmbedded } from '../../src/db/embedded'
import { runUntilSignalled } from '../../src/lib/run'

// A program that has a PostgreSQL of its own in CONFAB_DATA and does nothing else: for what only a process can suffer.
const database = await runUntilSignalled(() => startEmbedded({ ...readConfig(), tell: () => {} }))
console.log(JSON.stringify({ url: database.url, pid: database.pid }))
