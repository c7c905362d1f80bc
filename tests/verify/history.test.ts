import { afterAll, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { check } from '../../verify/check'
import { History } from '../../verify/history'
import { readHistory } from '../../verify/read-history'
import { conversation } from './story'

const folder = await mkdtemp(join(tmpdir(), 'confab-history-'))
afterAll(() => rm(folder, { recursive: true }))

describe('the file of a history', () => {
  test('is read as it was written, and is as good or bad as before', async () => {
    const { entries, database } = conversation().edits('m1', 'two\nlines, “quoted” \u2028').ends().recorded
    const history = new History()
    for (const entry of entries) history.add(entry)
    const file = join(folder, 'good.jsonl')
    await history.writeTo(file, database)
    expect(await readHistory(file)).toEqual({ entries: [...entries], database })
    database.messages.pop()
    await history.writeTo(file, database)
    expect(check(await readHistory(file))).toEqual(check({ entries, database }))
    expect(check(await readHistory(file))).not.toEqual([])
  })

  test('that was cut off is refused with a word about it', async () => {
    const file = join(folder, 'cut.jsonl')
    const { entries } = conversation().recorded
    await Bun.write(file, entries.map((entry) => JSON.stringify(entry)).join('\n'))
    expect(readHistory(file)).rejects.toThrow('the run that wrote it was cut off')
  })

  test('that is none is refused with its place', async () => {
    const file = join(folder, 'other.jsonl')
    await Bun.write(file, '{"kind":"phase"}\n[1]\n')
    expect(readHistory(file)).rejects.toThrow('other.jsonl:2 is no entry')
    await Bun.write(file, '{"kind":"phase"}\nnot json\n')
    expect(readHistory(file)).rejects.toThrow('other.jsonl:2 is no entry')
  })
})
