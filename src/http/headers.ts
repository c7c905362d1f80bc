import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import type { Config } from '../config'

/**
 * What every answer carries. The policy lets a page load from this origin only and run no inline script or style; with
 * trusted types on top, a string cannot become HTML or script anywhere in the client.
 */
export function securityHeaders(config: Config): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      fontSrc: ["'self'"],
      // Browsers before CSP 3 do not count the socket as 'self'.
      connectSrc: ["'self'", ...config.publicOrigins.map((origin) => origin.replace(/^http/, 'ws'))],
      manifestSrc: ["'self'"],
      workerSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      requireTrustedTypesFor: ["'script'"],
    },
    strictTransportSecurity: config.secureCookies ? 'max-age=31536000' : false,
    crossOriginOpenerPolicy: 'same-origin',
    crossOriginResourcePolicy: 'same-origin',
    referrerPolicy: 'no-referrer',
    xFrameOptions: 'DENY',
    xDownloadOptions: false,
    xDnsPrefetchControl: false,
    xXssProtection: false,
    permissionsPolicy: { camera: [], microphone: [], geolocation: [] },
  })
}
