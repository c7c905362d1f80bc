import { z } from 'zod'
import { isAddressOrNetwork } from './lib/address'

/**
 * The settings, by the names that operators type. Each message goes on from the name of its setting and says what
 * would be right; it never repeats the value, which may be a secret.
 */
export const environment = z.object({
  PORT: port().default(3000),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_ORIGIN: list(origin()).optional(),
  DATABASE_URL: address(['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/name').optional(),
  REDIS_URL: address(['redis:', 'rediss:'], 'redis://host:6379').optional(),
  S3_ENDPOINT: address(['http:', 'https:'], 'https://s3.example.org').optional(),
  S3_PUBLIC_ENDPOINT: address(['http:', 'https:'], 'https://files.example.org').optional(),
  S3_BUCKET: z.string().optional(),
  S3_REGION: z.string().optional(),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
  CONFAB_DATA: z.string().optional(),
  CONFAB_SECRET: z.string().optional(),
  CONFAB_SIGN_UP: oneOf(['open', 'invite']).optional(),
  CONFAB_LIMITS: oneOf(['on', 'off']).default('on'),
  METRICS_TOKEN: z.string().optional(),
  TRUSTED_PROXIES: list(network()).default([]),
  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
})

export type Settings = z.infer<typeof environment>

/** Each may be given as `<NAME>_FILE` too. A database's address holds its password. */
export const SECRETS = [
  'DATABASE_URL',
  'REDIS_URL',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
  'CONFAB_SECRET',
  'METRICS_TOKEN',
] as const satisfies (keyof Settings)[]

/** Known, so not refused, and read by tests alone. */
export const TEST_NAMES = ['CONFAB_TEST_REQUIRE', 'CONFAB_TEST_CHROMIUM', 'CONFAB_FAILPOINT']

function port() {
  const error = 'must be a port: a whole number from 0 to 65535.'
  return z
    .string()
    .regex(/^\d{1,5}$/, { error })
    .transform(Number)
    .refine((number) => number <= 65_535, { error })
}

function oneOf<const T extends readonly string[]>(values: T) {
  return z.enum(values, { error: `must be one of ${values.join(', ')}.` })
}

function address(schemes: string[], example: string) {
  return z.string().refine((text) => schemes.includes(URL.parse(text)?.protocol ?? ''), {
    error: `must be an address like ${example}.`,
  })
}

/** In the spelling that browsers send: lower case, no path, no default port. */
function origin() {
  const error = 'must be an origin like https://chat.example.org, or several with commas between.'
  return z
    .string()
    .refine((text) => /^https?:\/\/[^/?#@]+\/?$/i.test(text) && URL.canParse(text), { error })
    .transform((text) => new URL(text).origin)
}

function network() {
  return z.string().refine(isAddressOrNetwork, {
    error: 'must be addresses or networks like 10.0.0.0/8, with commas between.',
  })
}

function list<T>(item: z.ZodType<T, string>) {
  return z
    .string()
    .transform((text) => text.split(',').flatMap((part) => part.trim() || []))
    .pipe(z.array(item).min(1, { error: 'names nothing.' }))
}
