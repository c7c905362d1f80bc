import { Search, X } from 'lucide-react'
import type { Ref } from 'react'

interface ConversationFilterProps {
  ref: Ref<HTMLInputElement>
  query: string
  onQuery: (query: string) => void
  /** Enter: go to the first one found. */
  onGo: () => void
}

/** Finds a conversation by its name, and jumps there. */
export function ConversationFilter({ ref, query, onQuery, onGo }: ConversationFilterProps) {
  return (
    <div className="relative mx-3 mt-0.5 mb-2">
      <Search
        size={15}
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-muted"
      />
      <input
        ref={ref}
        type="search"
        aria-label="Find a conversation"
        placeholder="Find a conversation"
        autoComplete="off"
        spellCheck={false}
        value={query}
        onChange={(event) => onQuery(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return
          if (event.key === 'Enter') onGo()
          if (event.key === 'Escape') onQuery('')
        }}
        className={
          'h-[34px] w-full rounded-[9px] border border-line bg-raised pr-16 pl-8 text-[13.5px] outline-none ' +
          'transition-[border-color,box-shadow] focus:border-accent focus:ring-3 focus:ring-accent/18 max-md:text-[16px] touch:h-11 touch:text-[16px]'
        }
      />
      {query === '' ? (
        <kbd className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 rounded-[5px] border border-line bg-side px-1.5 py-[3px] font-sans text-[11px] leading-none text-faint touch:hidden">
          {isApple() ? '⌘ K' : 'Ctrl K'}
        </kbd>
      ) : (
        <button
          type="button"
          aria-label="Clear"
          onClick={() => onQuery('')}
          className="absolute top-1/2 right-1 grid size-7 -translate-y-1/2 place-items-center rounded-md text-muted hover:text-text"
        >
          <X size={15} aria-hidden />
        </button>
      )}
    </div>
  )
}

function isApple(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent)
}
