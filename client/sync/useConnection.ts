import { useStore } from 'zustand'
import { createProvided, useProvided } from '../lib/provided'
import type { Connection, ConnectionState } from './connection'

export const ConnectionContext = createProvided<Connection>('Connection')

export function useConnection(): { state: ConnectionState } {
  return useStore(useProvided(ConnectionContext).store)
}
