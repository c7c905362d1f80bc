import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { type ReactNode, useRef } from 'react'
import { IconButton } from './IconButton'

interface DialogProps {
  title: string
  /** One quiet sentence below the title. */
  hint?: ReactNode
  onClose: () => void
  children: ReactNode
}

/**
 * A modal card, open while it is mounted. Only lazy chunks import it, so that the primitives behind it are not loaded
 * before somebody needs one. Base UI keeps the focus inside and gives it back to the opener.
 */
export function Dialog({ title, hint, onClose, children }: DialogProps) {
  const popup = useRef<HTMLDivElement>(null)
  return (
    <Base.Root open onOpenChange={(open) => open || onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity data-starting-style:opacity-0" />
        <Base.Viewport className="fixed inset-0 z-50 flex items-end justify-center md:items-center md:p-6">
          <Base.Popup
            ref={popup}
            initialFocus={() => firstStop(popup.current)}
            className={
              'flex max-h-[88dvh] w-full flex-col rounded-t-2xl border border-line bg-raised shadow-lift outline-none ' +
              'transition-[opacity,translate] data-starting-style:translate-y-2 data-starting-style:opacity-0 ' +
              'pb-[env(safe-area-inset-bottom)] md:max-w-[460px] md:rounded-2xl'
            }
          >
            <header className="flex items-start gap-3 px-5 pt-4.5 pb-3">
              <div className="min-w-0 flex-1">
                <Base.Title className="truncate text-[17px] font-[650] tracking-[-0.012em]">
                  {title}
                </Base.Title>
                {hint !== undefined && (
                  <Base.Description className="mt-0.5 text-note text-muted">{hint}</Base.Description>
                )}
              </div>
              <Base.Close render={<IconButton icon={X} label="Close" className="-mt-1 -mr-2" />} />
            </header>
            {children}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  )
}

/** The first field, or the first button of the footer; on a touch screen no field, since the keyboard covers half. */
function firstStop(popup: HTMLElement | null): HTMLElement | null {
  if (matchMedia('(pointer: coarse)').matches) return popup
  return popup?.querySelector<HTMLElement>('input, footer button') ?? popup
}
