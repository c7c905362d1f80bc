export interface MessageActions {
  /** Throws a `Problem`. */
  edit(id: string, body: string): Promise<void>
  /** Throws a `Problem`. */
  remove(id: string): Promise<void>
}

export function useMessageActions(): MessageActions {
  return { edit: async () => {}, remove: async () => {} }
}
