import { keepPreviousData } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useStore } from 'zustand'
import type { Person } from '../../src/accounts/schema'
import { trpc } from '../lib/trpc'
import { usePeople } from './context'

const NOBODY: Person[] = []

/** The people of this server whose name holds `query`, by name. */
export function usePeopleSearch(query: string): { people: Person[]; loading: boolean } {
  const people = usePeople()
  const { data, isFetching } = trpc.accounts.people.useQuery(
    { query: query.trim() },
    { placeholderData: keepPreviousData, staleTime: 30_000 },
  )
  const found = data?.people ?? NOBODY
  useEffect(() => people.learn(found), [people, found])
  return { people: found, loading: isFetching }
}

/** undefined until loaded: the hook asks for those who are not known yet, many in one call. */
export function usePerson(id: string): Person | undefined {
  const people = usePeople()
  const person = useStore(people.store, ({ byId }) => byId[id])
  useEffect(() => {
    if (person === undefined) people.want(id)
  }, [people, person, id])
  return person
}
