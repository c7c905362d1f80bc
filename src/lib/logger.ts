import pino from 'pino'
import { describeError } from './describe'

export type Logger = pino.Logger

/**
 * JSON lines, on stdout unless told otherwise. Bodies, tokens and cookies are never handed to it; what goes under `error` is
 * described without them, since a database's errors carry the statement's parameters.
 */
export function createLogger(level: string, destination?: pino.DestinationStream): Logger {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { error: describeError },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}
