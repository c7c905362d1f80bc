import { CLIENT_DIST } from '../../bin/client'
import { readConfig } from '../../src/config'
import { startServer } from '../../src/main'
import { answer } from './answer'

// The product as a browser gets it: the same, with the built client.
const { url } = await startServer(readConfig(process.env), { client: CLIENT_DIST })
answer(url)
