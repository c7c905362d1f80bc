import type { Person } from '../../src/accounts/schema'

/** The people of this server whose name holds `query`, by name. */
export function usePeopleSearch(_query: string): { people: Person[]; loading: boolean } {
  return { people: [], loading: false }
}

/** undefined until loaded: the hook asks for those who are not known yet, many in one call. */
export function usePerson(_id: string): Person | undefined {
  return undefined
}
