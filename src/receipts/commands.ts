import type { Viewer } from '../accounts/sessions'
import { memberOfEach } from '../conversations/access'
import type { Deps } from '../deps'

interface Said {
  conversationId: string
  delivered?: number | undefined
  read?: number | undefined
}

/**
 * Takes the viewer's cursors; the queue writes them within a second or so.
 *
 * @throws what `memberOf` throws, with no cursor taken
 */
export async function update(
  deps: Pick<Deps, 'db' | 'receipts'>,
  viewer: Viewer,
  cursors: readonly Said[],
): Promise<void> {
  const asked = cursors.map(({ conversationId }, index) => ({
    conversationId,
    field: `cursors.${index}.conversationId`,
  }))
  await memberOfEach(deps, viewer, asked)
  const userId = viewer.user.id
  deps.receipts.add(
    cursors.map(({ conversationId, delivered = 0, read = 0 }) => ({
      conversationId,
      userId,
      delivered,
      read,
    })),
  )
}
