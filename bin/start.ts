import { run } from '../src/main'
import { buildClient, CLIENT_DIST, clientIsStale } from './client'

/** `bun start`: production. Builds the client if need be, then is the server. */
if (clientIsStale()) {
  console.log('The client is built first: it is missing or older than its sources.')
  try {
    await buildClient()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
}
const { deps } = await run({ client: CLIENT_DIST })
console.log(`Confab is at ${deps.config.publicOrigins[0]}`)
