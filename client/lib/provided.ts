import { type Context, createContext, useContext } from 'react'

/** A context without a default: a hook used outside of its provider says so. */
export function createProvided<T>(name: string): Context<T | null> {
  const context = createContext<T | null>(null)
  context.displayName = name
  return context
}

export function useProvided<T>(context: Context<T | null>): T {
  const value = useContext(context)
  if (value === null) throw new Error(`${context.displayName} is used outside of its provider`)
  return value
}
