import { useState } from 'react'
import { Logo } from '../ui/Logo'
import { useAfter } from '../ui/useAfter'

/** Before anything is known. It stays blank for a moment, so that a quick start flashes nothing. */
export function Splash({ words }: { words?: string }) {
  const [begun] = useState(() => Date.now())
  const shown = useAfter(begun + 400)
  return (
    <main className="grid h-full place-items-center">
      {(shown || words !== undefined) && (
        <div role="status" className="flex flex-col items-center gap-4 text-muted">
          <Logo size={44} />
          <p>{words ?? 'One moment…'}</p>
        </div>
      )}
    </main>
  )
}
