import { CloudOff } from 'lucide-react'
import { useConnection } from './useConnection'

/**
 * Says that the server is out of reach. It floats over the list, so that coming and going it moves nothing; the hook
 * waits two seconds, so that a blip shows nothing.
 */
export function OfflineBanner() {
  const { state } = useConnection()
  return (
    <div
      role="status"
      className="pointer-events-none absolute inset-x-0 top-[64px] z-20 flex justify-center px-3"
    >
      {state === 'offline' && (
        <p
          data-offline
          className="pointer-events-auto flex items-center gap-2 rounded-xl border border-line-strong bg-raised px-3.5 py-2 text-note text-muted shadow-lift"
        >
          <CloudOff size={16} aria-hidden className="shrink-0" />
          <span>
            <strong className="font-[650] text-text">Out of reach.</strong> What you write waits here and is
            sent when the server is back.
          </span>
        </p>
      )}
    </div>
  )
}
