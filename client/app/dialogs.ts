import { createContext, useContext } from 'react'

/** The dialogs that a screen may open; each has a lazy chunk behind it. */
export type DialogName =
  | { name: 'direct' }
  | { name: 'channel' }
  | { name: 'browse' }
  | { name: 'invite' }
  | { name: 'members'; conversationId: string }
  | { name: 'add'; conversationId: string }
  | { name: 'rename'; conversationId: string }
  | { name: 'leave'; conversationId: string }

export const DialogContext = createContext<(dialog: DialogName) => void>(() => {})

/** Opens a dialog over the whole application. */
export const useOpenDialog = () => useContext(DialogContext)
