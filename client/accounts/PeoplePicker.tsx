import { Check, X } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import type { Person } from '../../src/accounts/schema'
import { Avatar } from '../ui/Avatar'
import { classes } from '../ui/classes'
import { Field } from '../ui/Field'
import { useMe } from './useAccount'
import { usePeopleSearch } from './usePeople'

interface PeoplePickerProps {
  label: string
  chosen: Person[]
  onChange: (chosen: Person[]) => void
  /** People who can't be chosen: they are there already. */
  without?: string[]
  error?: string | null
}

/** People by name, any number of them: typed for, clicked, taken back. */
export function PeoplePicker({ label, chosen, onChange, without = [], error }: PeoplePickerProps) {
  const [query, setQuery] = useState('')
  const asked = useDeferredValue(query.trim())
  const { people, loading } = usePeopleSearch(asked)
  const me = useMe().user
  const offered = people.filter((person) => !without.includes(person.id))
  const toggle = (person: Person) => {
    const rest = chosen.filter((other) => other.id !== person.id)
    onChange(rest.length === chosen.length ? [...chosen, person] : rest)
    setQuery('')
  }

  return (
    <div className="flex min-h-0 flex-col gap-2">
      <Field
        label={label}
        type="search"
        autoComplete="off"
        placeholder="Search by name"
        value={query}
        error={error ?? null}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || query.trim() === '' || offered[0] === undefined) return
          event.preventDefault()
          toggle(offered[0])
        }}
      />
      {chosen.length > 0 && (
        <ul aria-label="Chosen" className="flex flex-wrap gap-1.5">
          {chosen.map((person) => (
            <li key={person.id}>
              <Chip person={person} onRemove={() => toggle(person)} />
            </li>
          ))}
        </ul>
      )}
      <ul aria-label="People" className="scrolls -mx-2 h-[224px] shrink-0">
        {offered.map((person) => (
          <li key={person.id}>
            <PersonRow
              person={person}
              you={person.id === me?.id}
              chosen={chosen.some((other) => other.id === person.id)}
              onToggle={() => toggle(person)}
            />
          </li>
        ))}
        {offered.length === 0 && !loading && (
          <li className="px-2 py-3 text-note text-muted">
            {asked === ''
              ? 'Nobody else is here yet.'
              : `Nobody is called “${asked}”. Try a shorter part of the name.`}
          </li>
        )}
      </ul>
    </div>
  )
}

interface PersonRowProps {
  person: Person
  you: boolean
  chosen: boolean
  onToggle: () => void
}

function PersonRow({ person, you, chosen, onToggle }: PersonRowProps) {
  return (
    <button
      type="button"
      aria-pressed={chosen}
      onClick={onToggle}
      className="flex h-11 w-full items-center gap-2.5 rounded-lg px-2 text-left -outline-offset-2 hover:bg-sunken"
    >
      <Avatar person={person} size="medium" />
      <span className="min-w-0 flex-1 leading-tight">
        <span className="block truncate text-sm font-[560]">
          {person.displayName}
          {you && ' (you)'}
        </span>
        <span className="block truncate text-xs text-muted">@{person.username}</span>
      </span>
      <span
        aria-hidden
        className={classes(
          'grid size-5 place-items-center rounded-full border',
          chosen ? 'border-accent bg-accent text-on-accent' : 'border-line-strong',
        )}
      >
        {chosen && <Check size={13} strokeWidth={3} />}
      </span>
    </button>
  )
}

function Chip({ person, onRemove }: { person: Person; onRemove: () => void }) {
  return (
    <button
      type="button"
      aria-label={`Remove ${person.displayName}`}
      onClick={onRemove}
      className="flex h-7 items-center gap-1.5 rounded-full bg-accent-soft pr-2 pl-2.5 text-note text-accent-text touch:h-10"
    >
      {person.displayName}
      <X size={14} aria-hidden />
    </button>
  )
}
