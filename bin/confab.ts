import { defineCommand, runCommand, runMain, type SubCommandsDef } from 'citty'
import { nearest } from '../src/lib/nearest'
import { invite } from './confab/invite'
import { migrate } from './confab/migrate'
import { UsageError } from './confab/usage'
import { verify } from './confab/verify'

/**
 * `bun run confab <command>`: the command line of whoever runs a server. Exits with 0 when what was asked for is done, with 2
 * when it was asked wrongly, else with 1; what is wrong is one sentence.
 */
const subCommands: SubCommandsDef = { verify, invite, migrate }
const confab = defineCommand({
  meta: { name: 'bun run confab', description: 'The command line of whoever runs a Confab server' },
  subCommands,
})

const rawArgs = process.argv.slice(2)
const [name = '--help'] = rawArgs
// citty prints help and exits; what went wrong it would print with a stack, or with the whole help.
if ([name, ...rawArgs].some((word) => word === '--help' || word === '-h'))
  await runMain(confab, { rawArgs: [...rawArgs, '--help'] })
try {
  refuseUnknown(name)
  await runCommand(confab, { rawArgs })
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(isUsage(error) ? 2 : 1)
}

function refuseUnknown(command: string): void {
  const known = Object.keys(subCommands)
  if (known.includes(command)) return
  throw new UsageError(
    `There is no command "${command}": did you mean ${nearest(command, known)}? --help names them all.`,
  )
}

/** citty tells of a missing option by an error whose class it keeps to itself. */
function isUsage(error: unknown): boolean {
  return error instanceof Error && (error instanceof UsageError || error.name === 'CLIError')
}
