import { expect, test } from 'bun:test'
import { gathered } from '../../client/lib/gathered'
import { fakeTiming } from './clock'

test('one that comes alone is handed on at once', async () => {
  const timing = fakeTiming()
  const had: number[] = []
  const give = gathered<number>(timing, (item) => had.push(item))
  give(1)
  expect(had).toEqual([1])
  await timing.pass(1_000)
  give(2)
  expect(had).toEqual([1, 2])
  expect(timing.waiting).toBe(0)
})

test('what follows within a moment is handed on together, in order, and nothing is kept back', async () => {
  const timing = fakeTiming()
  const tasks: number[][] = []
  let task: number[] = []
  const give = gathered<number>(timing, (item) => task.push(item))
  const endTask = () => {
    if (task.length > 0) tasks.push(task)
    task = []
  }
  for (let item = 1; item <= 100; item++) {
    give(item)
    endTask()
    await timing.pass(1)
    endTask()
  }
  await timing.pass(100)
  endTask()
  expect(tasks.flat()).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
  expect(tasks[0]).toEqual([1])
  expect(tasks.length).toBeLessThanOrEqual(5)
})
