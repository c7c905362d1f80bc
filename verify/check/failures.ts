import type { Broken, Recorded } from '../check'
import { broken } from './broken'

/** I13: no crash but the injected one. Whoever is told to stop does so with 0; a kill leaves no code. */
export function nobodyCrashes({ entries }: Recorded): Broken[] {
  return entries.flatMap((entry): Broken[] => {
    if (entry.kind !== 'process') return []
    const { name, exit, expected, at } = entry
    if (expected && (exit === 0 || typeof exit === 'string')) return []
    const how = expected ? 'was told to end, and did so' : 'ended by itself'
    return [broken('I13', `${name} ${how} with ${exit} at ${Math.round(at)} ms`)]
  })
}

/** I13: no unhandled rejection, and no error that nobody foresaw: a server says neither at `error` nor to stderr. */
export function nobodyComplains({ entries }: Recorded): Broken[] {
  return entries.flatMap((entry): Broken[] =>
    entry.kind === 'log' ? [broken('I13', `${entry.name} at ${Math.round(entry.at)} ms: ${entry.line}`)] : [],
  )
}

/** I13: no SQL or stack in anything a client sees, and no answer that stands for an error nobody foresaw. */
export function answersTellNoSecrets({ entries }: Recorded): Broken[] {
  return entries.flatMap((entry): Broken[] => {
    if (entry.kind !== 'answer' || entry.ok) return []
    const { path, device, status, sentence } = entry
    const smell = sentence === null ? null : smellOf(sentence)
    if (smell !== null) return [broken('I13', `${path} answered ${device} with ${smell}: ${sentence}`)]
    if (status === null || status < 500 || status === 503 || FROM_BEFORE_US.has(status)) return []
    return [broken('I13', `${path} answered ${device} with ${status}: ${sentence}`)]
  })
}

/** What a balancer says when no instance is there. */
const FROM_BEFORE_US: ReadonlySet<number> = new Set([502, 504])

/** What a sentence for people holds that is not for them; null for a good one. */
export function smellOf(sentence: string): string | null {
  return SMELLS.find(([, pattern]) => pattern.test(sentence))?.[0] ?? null
}

/** Statements are told from English by their case: they are written all small or all large. */
const SMELLS: readonly (readonly [string, RegExp])[] = [
  ['SQL', /\b(select|SELECT)\b.+\b(from|FROM)\b|\b(update|UPDATE) \S+ (set|SET)\b|\$\d\b/s],
  ['SQL', /\binsert into\b|\bdelete from\b|\bfailed query\b|\bduplicate key\b|\bsyntax error at\b/i],
  ['SQL', /\b(relation|column|table|constraint|index|function) "|\bviolates\b|\bdeadlock detected\b/i],
  ['SQL', /\bstatement timeout\b|\bSQLSTATE\b|\bpg_\w|drizzle|\bpostgres/i],
  ['a stack', /(^|\s)at (async )?[\w.<>[\]]+ \(|:\d+:\d+\b|\bnode_modules\b|\.(ts|tsx|js|mjs|cjs)\b/],
  [
    'a stack',
    /\b[A-Z]\w*(Error|Exception)\b|\bis not a function\b|\bcannot read propert|\bundefined\b|\[object /i,
  ],
  ['a path', /(^|[\s'"(:=])\/[\w.-]+\/[\w./-]*\w|\bfile:\/\/|\b[A-Z]:\\/],
  ['an address', /\bE(CONN|TIMEDOUT|NOTFOUND|PIPE|NOENT|ACCES|HOST|NET|ADDR|AI_)\w*|\blocalhost\b/],
  ['an address', /\b\d{1,3}(\.\d{1,3}){3}\b/],
]
