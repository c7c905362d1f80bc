import { createProvided, useProvided } from '../lib/provided'
import type { People } from './people'

export const PeopleContext = createProvided<People>('People')

export const usePeople = () => useProvided(PeopleContext)
