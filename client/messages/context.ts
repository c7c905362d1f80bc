import type { User } from '../../src/accounts/schema'
import { createProvided, useProvided } from '../lib/provided'
import type { Drafts } from './drafts'
import type { Outbox } from './outbox'
import type { Timelines } from './timelines'
import type { Windows } from './windows'

export interface MessageServices {
  me: User
  timelines: Timelines
  windows: Windows
  outbox: Outbox
  drafts: Drafts
}

export const MessagesContext = createProvided<MessageServices>('Messages')

export const useMessageServices = () => useProvided(MessagesContext)
