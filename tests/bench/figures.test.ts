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
    expect(judge(cpu)).toEqual({
      confab: 20,
      peers: [
        { name: 'raw', value: 10 },
        { name: 'another', value: 80 },
      ],
      ratio: 1.25,
      held: true,
    })
    expect(judge({ ...cpu, bar: { of: 'ratio', most: 1.2 } }).held).toBe(false)
    expect(judge({ ...cpu, bar: { of: 'ratio', least: 1.3 } }).held).toBe(false)
  })

  test('without a bar is told and not judged', () => {
    expect(judge({ name: 'sockets', unit: '/s', confab: [1, 2] })).toEqual({
      confab: 1.5,
      peers: [],
      ratio: null,
      held: null,
    })
  })

  test('that could not be measured holds no bar', () => {
    expect(judge({ ...cpu, confab: [] }).held).toBe(false)
    expect(judge({ ...cpu, peers: [] }).held).toBe(false)
  })
})

test('a quantile lies between its neighbours in proportion', () => {
  expect([0, 0.5, 0.75, 1].map((part) => quantile([4, 1, 3, 2], part))).toEqual([1, 2.5, 3.25, 4])
})

test('the table has the peer of the bar beside Confab, and a missed bar in capitals', () => {
  const memory: Figure = { name: 'memory', unit: 'KiB', confab: [1234], bar: { of: 'value', most: 12 } }
  expect(table({ name: 'fanout', what: 'many listen', figures: [cpu, memory] })).toBe(
    [
      'fanout: many listen',
      '                       Confab      raw  ratio  another',
      '  CPU per delivery    20.0 µs  10.0 µs   1.25  80.0 µs  ≤ 1.3 ×: held',
      '  memory            1,234 KiB                           ≤ 12 KiB: MISSED',
    ].join('\n'),
  )
})
