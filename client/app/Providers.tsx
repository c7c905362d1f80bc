import type { ReactNode } from 'react'

/** Everything that the hooks need: put it around the whole application, once. */
export function Providers({ children }: { children: ReactNode }) {
  return children
}
