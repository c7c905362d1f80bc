import { describe, test } from 'bun:test'
import { hasRedis } from './redis'

/** The parts a machine may lack. Everything else comes with `bun install`. */
export type Part = 'redis' | 'chromium' | 's3'

export const chromiumPath =
  process.env.CONFAB_TEST_CHROMIUM ??
  ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
    .map((name) => Bun.which(name))
    .find((path) => path !== null) ??
  null

const available: Readonly<Record<Part, boolean>> = {
  redis: hasRedis,
  chromium: chromiumPath !== null,
  s3: process.env.S3_ENDPOINT !== undefined,
}

const reasons: Readonly<Record<Part, string>> = {
  redis: 'no redis-server in PATH',
  chromium: 'no Chromium in PATH',
  s3: 'no S3_ENDPOINT',
}

const skipped = new Map<Part, string[]>()

/**
 * A `describe` that needs a part of the machine. Without it the tests are skipped and named at the end of the run;
 * when `CONFAB_TEST_REQUIRE` lists the part (`redis,chromium,s3`), as CI does, its absence is a failure.
 */
export function describeWith(part: Part, name: string, tests: () => void): void {
  if (available[part]) {
    describe(name, tests)
  } else if (isRequired(part)) {
    describe(name, () => {
      test(`finds ${part}, which CONFAB_TEST_REQUIRE demands`, () => {
        throw new Error(`${reasons[part]}, and CONFAB_TEST_REQUIRE lists ${part}`)
      })
    })
  } else {
    skipped.set(part, [...(skipped.get(part) ?? []), name])
    describe.skip(name, tests)
  }
}

/** One line for each missing part, for `preload.ts` to print when all is over. */
export function tellSkipped(): void {
  for (const [part, names] of skipped) console.log(`skipped (${reasons[part]}): ${names.join(', ')}`)
}

const required = readRequired(process.env.CONFAB_TEST_REQUIRE)

function isRequired(part: Part): boolean {
  return required.has(part)
}

function readRequired(list = ''): Set<string> {
  const names = list.split(',').map((name) => name.trim())
  const unknown = names.find((name) => name !== '' && !(name in reasons))
  if (unknown !== undefined) throw new Error(`CONFAB_TEST_REQUIRE: there is no part "${unknown}"`)
  return new Set(names)
}
