import { describe, expect, test } from 'bun:test'
import { Glob } from 'bun'
import { smellOf } from '../../verify/check/failures'
import { conversation } from './story'
import { expectBroken, expectHeld } from './verdict'

function ended(exit: number | string, expected: boolean) {
  const story = conversation().ends()
  story.entries.push({ kind: 'process', at: story.now(), name: 'A', exit, expected })
  return story
}

function answered(status: number | null, sentence: string) {
  const story = conversation().asks('ada/1', { path: 'conversations.rename' }).ends()
  const answer = story.entry('answer', ({ path }) => path === 'conversations.rename')
  Object.assign(answer, { ok: false, status, sentence })
  return story
}

describe('I13: no crash but the injected one', () => {
  test('a process that ends by itself, with whatever', () => {
    expectBroken(ended(1, false), 'I13', 'A ended by itself with 1')
    expectBroken(ended('SIGSEGV', false), 'I13', 'SIGSEGV')
    expectBroken(ended(0, false), 'I13', 'with 0')
  })

  test('a process that was told to end and could not do so properly', () => {
    expectBroken(ended(1, true), 'I13', 'A was told to end', 'with 1')
  })

  test('a process that was killed, or stopped when told to', () => {
    expectHeld(ended('SIGKILL', true))
    expectHeld(ended(0, true))
  })
})

test('I13: an error that nobody foresaw, in the log or on stderr', () => {
  const story = conversation().ends()
  story.entries.push({
    kind: 'log',
    at: story.now(),
    name: 'B',
    line: '{"level":50,"msg":"unhandled rejection"}',
  })
  expectBroken(story, 'I13', 'B at', 'unhandled rejection')
})

describe('I13: nothing of the inside in what a client sees', () => {
  test('an answer that stands for an error nobody foresaw', () => {
    expectBroken(answered(500, 'Something went wrong on the server.'), 'I13', 'conversations.rename', '500')
  })

  test('a refusal, an outage and no answer at all are foreseen', () => {
    expectHeld(answered(403, 'Only an owner of this conversation may do that.'))
    expectHeld(answered(503, 'The server cannot do this right now. Try again in a moment.'))
    expectHeld(answered(502, 'The server is out of reach. Try again in a moment.'))
    expectHeld(answered(null, 'The server is out of reach. Try again in a moment.'))
  })

  for (const sentence of [
    'Failed query: select "id" from "users" where "id" = $1 params: abc',
    'select id, body\nfrom messages',
    'INSERT INTO messages (id) VALUES (1)',
    'update members set read_seq = 4',
    'duplicate key value violates unique constraint "messages_pkey"',
    'relation "conversations" does not exist',
    'column "seq" is ambiguous',
    'syntax error at or near "WHERE"',
    'deadlock detected',
    'canceling statement due to statement timeout',
    'invalid input for parameter $3',
    'terminating connection: PostgresError',
    'Error\n    at send (/srv/confab/src/messages/commands.ts:40:11)',
    'at async Promise.all (index 0)',
    'TypeError: undefined is not an object',
    'x is not a function',
    "Cannot read properties of null (reading 'id')",
    'Something went wrong: [object Object]',
    'failed in commands.ts',
    'no such file: /var/lib/confab/data',
    'open "/etc/passwd" failed',
    'file:///app/main.js',
    'connect ECONNREFUSED 127.0.0.1:5432',
    'getaddrinfo ENOTFOUND db',
    'could not reach 10.0.3.7',
  ])
    test(`smells: ${JSON.stringify(sentence)}`, () => {
      expect(smellOf(sentence)).not.toBeNull()
      expectBroken(answered(400, sentence), 'I13', sentence)
    })

  test('every sentence that the product has for people is a good one', async () => {
    const sentences = await sentencesFor(
      /^src\/(?!db\/|main\.ts|config\.ts|environment\.ts|lib\/(failpoints|run)\.ts)/,
    )
    expect(sentences.length).toBeGreaterThan(30)
    expect(sentences.filter((sentence) => smellOf(sentence) !== null)).toEqual([])
  })

  test('so are words that only look like SQL, a stack or a path', () => {
    for (const sentence of [
      'Select somebody, or take one from the list.',
      'At least one of and/or is missing.',
      'There is no update. Set another name.',
      'Version 1.2.3 or 24/7 at 10:30 (UTC).',
      'You are at your limit (20).',
      'This is undefinable; an error is nothing to be afraid of.',
    ])
      expect([sentence, smellOf(sentence)]).toEqual([sentence, null])
  })
})

/** All texts in these files that read like a sentence: they begin with a capital and end with a full stop. */
async function sentencesFor(files: RegExp): Promise<string[]> {
  const root = `${import.meta.dir}/../..`
  const paths = (await Array.fromAsync(new Glob('src/**/*.ts').scan(root))).filter((path) => files.test(path))
  const texts = await Promise.all(paths.map((path) => Bun.file(`${root}/${path}`).text()))
  const quoted = texts.flatMap((text) => [...text.matchAll(/'([A-Z][^'\n]+\.)'|`([A-Z][^`\n]+\.)`/g)])
  return quoted.map(([, plain, template]) => plain ?? template?.replace(/\$\{[^}]*\}/g, '50') ?? '')
}
