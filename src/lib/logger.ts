import pino from 'pino'

export type Logger = pino.Logger

/** JSON lines on stdout. Bodies, tokens and cookies are never handed to it. */
export function createLogger(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime })
}
