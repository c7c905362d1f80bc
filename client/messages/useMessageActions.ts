import { useMemo } from 'react'
import { throwProblem } from '../lib/problem'
import { trpc } from '../lib/trpc'

/** What one may do with a message that was sent. The timeline follows by the event. */
export interface MessageActions {
  /** Throws a `Problem`. */
  edit(id: string, body: string): Promise<void>
  /** Throws a `Problem`. */
  remove(id: string): Promise<void>
}

export function useMessageActions(): MessageActions {
  const { mutateAsync: edit } = trpc.messages.edit.useMutation()
  const { mutateAsync: remove } = trpc.messages.delete.useMutation()
  return useMemo(
    () => ({
      async edit(id, body) {
        await edit({ id, body }).catch(throwProblem)
      },
      async remove(id) {
        await remove({ id }).catch(throwProblem)
      },
    }),
    [edit, remove],
  )
}
