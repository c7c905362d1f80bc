import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { environment, SECRETS, type Settings, TEST_NAMES } from './environment'
import { isLoopback } from './lib/address'
import { nearest } from './lib/nearest'
import { keptSecret } from './lib/secret'
import { StartError } from './lib/start-error'

/** What the operator decides, checked. The only reader of the environment is `readConfig`. */
export interface Config {
  /** 0 takes any free one. */
  port: number
  host: string
  /** Where browsers find this server: the only origins whose cookies and sockets are accepted. At least one. */
  publicOrigins: string[]
  /** Null: an embedded PostgreSQL with its data in `dataDir`. */
  databaseUrl: string | null
  /** Null: this is the only instance. */
  redisUrl: string | null
  /** Absolute. */
  dataDir: string
  /** Whether the operator named `dataDir`; only the default one may be moved to where PostgreSQL can reach it. */
  dataDirChosen: boolean
  secret: string
  signUp: 'open' | 'invite'
  /** Whether rates are limited. */
  limits: boolean
  metricsToken: string | null
  /** Addresses and networks (CIDR) whose `X-Forwarded-For` is believed. */
  trustedProxies: string[]
  logLevel: Settings['LOG_LEVEL']
  /** Every public origin is https: cookies are `Secure` and `__Host-`. */
  secureCookies: boolean
  /** Nobody but this machine reaches the server: `host` and every public origin are loopback. */
  loopback: boolean
  /** Built for tests: failpoints are obeyed. */
  testBuild: boolean
  /** Where a test wants the server to fail (`lib/failpoints.ts`). */
  failpoint: string | null
}

type Environment = Record<string, string | undefined>

/** What is wrong with the environment: one sentence a line. */
export class ConfigError extends StartError {
  override readonly name = 'ConfigError'
}

/**
 * Reads the environment, and makes the kept secret in the data folder when none is given.
 *
 * @throws ConfigError with every problem, not only the first
 */
export function readConfig(env: Environment = process.env): Config {
  const problems = unknownNames(env)
  const parsed = environment.safeParse(withFiles(env, problems))
  if (!parsed.success) {
    problems.push(
      ...new Set(parsed.error.issues.map(({ path: [name], message }) => `${String(name)} ${message}`)),
    )
    throw new ConfigError(problems.join('\n'))
  }
  const { data } = parsed
  const publicOrigins = data.PUBLIC_ORIGIN ?? [new URL(`http://localhost:${data.PORT}`).origin]
  const loopback =
    isLoopback(data.HOST) && publicOrigins.every((origin) => isLoopback(new URL(origin).hostname))
  if (!loopback) problems.push(...unsafeOutside(data))
  if (problems.length > 0) throw new ConfigError(problems.join('\n'))
  const dataDir = resolve(data.CONFAB_DATA ?? '.confab')
  return {
    port: data.PORT,
    host: data.HOST,
    publicOrigins,
    databaseUrl: data.DATABASE_URL ?? null,
    redisUrl: data.REDIS_URL ?? null,
    dataDir,
    dataDirChosen: data.CONFAB_DATA !== undefined,
    secret: data.CONFAB_SECRET ?? keptSecret(join(dataDir, 'secret')),
    signUp: data.CONFAB_SIGN_UP ?? (loopback ? 'open' : 'invite'),
    limits: data.CONFAB_LIMITS === 'on',
    metricsToken: data.METRICS_TOKEN ?? null,
    trustedProxies: data.TRUSTED_PROXIES,
    logLevel: data.LOG_LEVEL,
    secureCookies: publicOrigins.every((origin) => origin.startsWith('https:')),
    loopback,
    testBuild: env.NODE_ENV === 'test',
    failpoint: env.CONFAB_FAILPOINT || null,
  }
}

const SECRET_MIN = 32
const TOKEN_MIN = 16

function unsafeOutside(data: Settings): string[] {
  const problems: string[] = []
  if (data.CONFAB_SECRET !== undefined && data.CONFAB_SECRET.length < SECRET_MIN)
    problems.push(`CONFAB_SECRET needs at least ${SECRET_MIN} characters on a server that others can reach.`)
  if (data.METRICS_TOKEN !== undefined && data.METRICS_TOKEN.length < TOKEN_MIN)
    problems.push(`METRICS_TOKEN needs at least ${TOKEN_MIN} characters on a server that others can reach.`)
  if (data.CONFAB_LIMITS === 'off')
    problems.push('CONFAB_LIMITS may be off only where HOST and PUBLIC_ORIGIN are this machine.')
  return problems
}

/** Empty is unset, since compose files cannot leave a variable out; and `<NAME>_FILE` stands for a secret's text. */
function withFiles(env: Environment, problems: string[]): Environment {
  const values: Environment = {}
  for (const name of Object.keys(environment.shape)) values[name] = env[name] || undefined
  for (const name of SECRETS) {
    const file = env[`${name}_FILE`] || undefined
    if (file === undefined) continue
    if (values[name] !== undefined) problems.push(`${name} and ${name}_FILE are both set: keep one of them.`)
    try {
      values[name] = readFileSync(file, 'utf8').trim() || undefined
      if (values[name] === undefined) problems.push(`${name}_FILE names an empty file: ${file}.`)
    } catch {
      problems.push(`${name}_FILE names a file that cannot be read: ${file}.`)
    }
  }
  return values
}

function unknownNames(env: Environment): string[] {
  const known = [...Object.keys(environment.shape), ...SECRETS.map((name) => `${name}_FILE`)]
  return Object.keys(env)
    .filter((name) => name.startsWith('CONFAB_') && !known.includes(name) && !TEST_NAMES.includes(name))
    .map((name) => `${name} is not a setting: did you mean ${nearest(name, known)}?`)
}
