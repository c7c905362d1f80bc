import { useState } from 'react'
import { Button } from '../ui/Button'
import { useAfter } from '../ui/useAfter'

/** In the timeline's place while there is nothing to show in it. */
export function TimelineNotice({ status }: { status: 'loading' | 'error' }) {
  const [begun] = useState(() => Date.now())
  const slow = useAfter(begun + 400)
  return (
    <div className="grid min-h-0 flex-1 place-items-center content-center gap-4 px-6 text-center text-muted">
      {status === 'loading' && slow && <p role="status">Loading messages…</p>}
      {status === 'error' && (
        <>
          <p role="alert">These messages could not be loaded.</p>
          <Button onClick={() => location.reload()}>Load again</Button>
        </>
      )}
    </div>
  )
}
