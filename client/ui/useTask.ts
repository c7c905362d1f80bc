import { useState } from 'react'
import { type Problem, toProblem } from '../lib/problem'

interface Task {
  busy: boolean
  problem: Problem | null
  /** Runs the work, one at a time; its problem is kept for the form to show. */
  run: (work: () => Promise<void>) => void
}

/** One call of a dialog: busy while it runs, and what went wrong. */
export function useTask(): Task {
  const [state, setState] = useState<{ busy: boolean; problem: Problem | null }>({
    busy: false,
    problem: null,
  })

  async function carryOut(work: () => Promise<void>) {
    setState({ busy: true, problem: null })
    try {
      await work()
      setState({ busy: false, problem: null })
    } catch (cause) {
      setState({ busy: false, problem: toProblem(cause) })
    }
  }

  return { ...state, run: (work) => void (state.busy || carryOut(work)) }
}
