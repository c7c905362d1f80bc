/** `offline`: no socket for two seconds or more; a blip stays `connecting`. */
export type ConnectionState = 'online' | 'connecting' | 'offline'

export function useConnection(): { state: ConnectionState } {
  return { state: 'connecting' }
}
