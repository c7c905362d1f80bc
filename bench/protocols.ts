import { type Opening, socketIoSocket } from './sockets'

/** How a peer's natural client speaks, over one socket for everything. */
export interface Protocol {
  /** Online in a conversation, as that user. */
  opening(url: string, userId: string, conversationId: string): Opening
  /** A send whose answer will have this number. */
  send(number: number, message: { id: string; conversationId: string; body: string }): string
  /** The number of the send that is answered well by this frame; null if it answers none. */
  answer(text: string): number | 'refused' | null
}

export const trpc: Protocol = {
  opening: (url, userId, conversationId) => ({
    url: `${url}/?user=${userId}`,
    hello: JSON.stringify({
      id: 1,
      method: 'subscription',
      params: { path: 'events', input: { conversationId } },
    }),
    begun: (text) => text.includes('"ready"'),
  }),
  send: (id, input) => JSON.stringify({ id, method: 'mutation', params: { path: 'send', input } }),
  answer(text) {
    if (text.includes('"error"')) return 'refused'
    return numberIn(/^\{"id":(\d+),/, text)
  },
}

export const socketIo: Protocol = {
  opening: (url, userId, conversationId) => {
    const opening = socketIoSocket(url)
    return { ...opening, url: `${opening.url}&user=${userId}&conversation=${conversationId}` }
  },
  send: (number, message) => `42${number}${JSON.stringify(['send', message])}`,
  answer: (text) => numberIn(/^43(\d+)\[/, text),
}

export const rawBun: Protocol = {
  opening: (url, userId, conversationId) => ({
    url: `${url}/?user=${userId}&conversation=${conversationId}`,
  }),
  send: (n, message) => JSON.stringify({ n, ...message }),
  answer: (text) => numberIn(/^\{"sent":(\d+),/, text),
}

function numberIn(pattern: RegExp, text: string): number | null {
  const found = pattern.exec(text)?.[1]
  return found === undefined ? null : Number(found)
}
