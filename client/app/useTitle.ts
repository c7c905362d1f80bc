import { useEffect } from 'react'
import { useConversations } from '../conversations/useConversations'

/** The tab's title: how much is unread, and where one is. */
export function useTitle(openId: string | null): void {
  const { conversations } = useConversations()
  const unread = conversations.reduce((sum, conversation) => sum + conversation.unread, 0)
  const open = conversations.find(({ id }) => id === openId)
  const title = `${unread > 0 ? `(${unread}) ` : ''}${open === undefined ? '' : `${open.title} · `}Confab`
  useEffect(() => {
    document.title = title
    return () => {
      document.title = 'Confab'
    }
  }, [title])
}
