import type { Server } from 'bun'
import type { Viewer } from '../accounts/sessions'
import type { SocketData } from './subscription'

/** What the handlers of a request share: Bun's server as Hono hands it over, and what the middleware found out. */
export interface HttpEnv {
  Bindings: Server<SocketData>
  Variables: {
    requestId: string
    /** On the clock of `performance.now()`. */
    answerBy: number
    /** Behind the session middleware. */
    viewer: Viewer | null
  }
}
