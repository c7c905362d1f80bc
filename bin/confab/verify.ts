import { defineCommand } from 'citty'
import type { Finished } from '../../verify/live-run'
import { describeVerdict } from '../../verify/verdict'
import { knownOptionsOnly, UsageError, wholeNumber } from './usage'

/** Where the histories of runs that were not good are kept. */
const KEPT = '.confab/verify'

export const verify = defineCommand({
  meta: {
    name: 'verify',
    description: 'Hold a live server against its promises (docs/guarantees.md), by its front door alone',
  },
  args: {
    url: { type: 'string', required: true, description: 'Its PUBLIC_ORIGIN' },
    users: { type: 'string', default: '6', description: 'How many people are signed up' },
    seconds: { type: 'string', default: '20', description: 'How long they write' },
    rate: { type: 'string', default: '10', description: 'Messages a second, of all together' },
    invite: { type: 'string', description: 'An invite link, where sign-up needs one' },
    json: { type: 'string', valueHint: 'file', description: 'Write the verdict there, as JSON' },
    keep: { type: 'boolean', description: 'Leave the people in their conversation' },
  },
  plugins: [knownOptionsOnly],
  async run({ args }) {
    const run = {
      url: originOf(args.url),
      people: wholeNumber('users', args.users, [2, 100]),
      seconds: wholeNumber('seconds', args.seconds, [1, 86_400]),
      rate: wholeNumber('rate', args.rate, [1, 1_000]),
      invite: args.invite?.split('/').at(-1) ?? null,
      keep: args.keep === true,
      tell: (line: string) => console.log(`  ${line}`),
    }
    console.log(`verify ${run.url}: ${run.people} people, ${run.rate} messages a second for ${run.seconds} s`)
    // The product's own client comes with it, which no other command needs.
    const { verifyLive } = await import('../../verify/live-run')
    const { verdict, ...seen } = await verifyLive(run)
    if (args.json !== undefined) await Bun.write(args.json, `${JSON.stringify(verdict, null, 1)}\n`)
    if (!verdict.good) console.log(`history       ${await keepHistory(seen)}`)
    console.log(describeVerdict(verdict))
    process.exit(verdict.good ? 0 : 1)
  },
})

function originOf(text: string): string {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new UsageError('--url must be the address of a server, like https://chat.example.org.')
  return url.origin
}

/** Where it is; the verdict is worth more than its evidence, so a disk that takes nothing changes nothing. */
async function keepHistory({ history, database }: Omit<Finished, 'verdict'>): Promise<string> {
  const file = `${KEPT}/${new Date().toISOString().replaceAll(':', '-')}.jsonl`
  return history.writeTo(file, database).then(
    () => file,
    (error) => `not kept: ${error instanceof Error ? error.message : error}`,
  )
}
