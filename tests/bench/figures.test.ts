import { describe, expect, test } from 'bun:test'
import { type Figure, judge } from '../../bench/figures'
import { quantile } from '../../bench/stats'
import { table } from '../../bench/table'

const cpu: Figure = {
  name: 'CPU per delivery',
  unit: 'µs',
  confab: [10, 30, 20],
  peers: [
    { name: 'raw', rounds: [8, 29, 10] },
    { name: 'another', rounds: [40, 90, 80] },
  ],
  bar: { of: 'ratio', most: 1.3 },
}

describe('a figure', () => {
  test('is judged by the median of its rounds’ ratios, so that a slow round is slow for both sides', () => {
    const { confab, peers, held } = judge(cpu)
    expect(confab).toEqual({ median: 20, lowest: 10, highest: 30, rounds: [10, 30, 20] })
    expect(peers.map(({ name, median }) => [name, median])).toEqual([
      ['raw', 10],
      ['another', 80],
    ])
    expect(peers[0]?.ratio).toMatchObject({ median: 1.25, highest: 2, rounds: [10 / 8, 30 / 29, 20 / 10] })
    expect(held).toBe(true)
    expect(judge({ ...cpu, bar: { of: 'ratio', most: 1.2 } }).held).toBe(false)
    expect(judge({ ...cpu, bar: { of: 'ratio', least: 1.3 } }).held).toBe(false)
  })

  test('without a bar is told and not judged', () => {
    expect(judge({ name: 'sockets', unit: '/s', confab: [1, 2] })).toEqual({
      confab: { median: 1.5, lowest: 1, highest: 2, rounds: [1, 2] },
      peers: [],
      held: null,
    })
  })

  test('has a goal that is told and not judged', () => {
    expect(judge({ ...cpu, bar: { of: 'ratio', most: 1.3, goal: 1.1 } }).held).toBe(true)
  })

  test('that could not be measured holds no bar', () => {
    expect(judge({ ...cpu, confab: [] }).held).toBe(false)
    expect(judge({ ...cpu, peers: [] }).held).toBe(false)
  })
})

test('a quantile lies between its neighbours in proportion', () => {
  expect([0, 0.5, 0.75, 1].map((part) => quantile([4, 1, 3, 2], part))).toEqual([1, 2.5, 3.25, 4])
})

describe('the table', () => {
  const tableOf = (...figures: Figure[]) =>
    table({ name: 'fanout', what: 'many listen', figures }).split('\n')

  test('has median and range of each side and of its ratio, and a bar in the row of what it is about', () => {
    const memory: Figure = { name: 'memory', unit: 'KiB', confab: [1234], bar: { of: 'value', most: 12 } }
    const aimed: Figure = { ...cpu, bar: { of: 'ratio', most: 1.3, goal: 1.1 } }
    expect(tableOf(aimed, memory)).toEqual([
      'fanout: many listen',
      '  CPU per delivery  Confab     20.0 µs  10.0–30.0',
      '                    raw        10.0 µs  8.00–29.0  1.25 ×  1.03–2.00  ≤ 1.3 × [1.1]: held',
      '                    another    80.0 µs  40.0–90.0  0.25 ×  0.25–0.33',
      '  memory            Confab   1,234 KiB                                ≤ 12 KiB: MISSED',
    ])
  })

  test('has counts as whole numbers', () => {
    const statements: Figure = {
      name: 'statements',
      unit: 'each',
      confab: [1],
      bar: { of: 'value', most: 1 },
    }
    expect(tableOf(statements)[1]).toBe('  statements  Confab  1 each  ≤ 1 each: held')
  })

  test('says what was not measured, and who is missing', () => {
    expect(tableOf({ ...cpu, confab: [Number.NaN], peers: [] })).toEqual([
      'fanout: many listen',
      '  CPU per delivery  Confab  not measured  ≤ 1.3 ×: MISSED',
    ])
  })
})
