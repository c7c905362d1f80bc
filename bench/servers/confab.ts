import { readConfig } from '../../src/config'
import { startServer } from '../../src/main'
import { answer } from './answer'

// The product as it is, but for its limits on rates. Its settings come in the environment, as an operator's would.
const { url } = await startServer(readConfig(process.env))
answer(url)
