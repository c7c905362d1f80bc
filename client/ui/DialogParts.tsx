import type { ReactNode } from 'react'

/** The part of a dialog that scrolls. */
export function DialogBody({ children }: { children: ReactNode }) {
  return <div className="scrolls flex min-h-0 flex-1 flex-col gap-4 px-5 pt-1 pb-5">{children}</div>
}

/** The row of buttons at the end; the main one stands last. */
export function DialogFooter({ children }: { children: ReactNode }) {
  return (
    <footer className="flex flex-wrap justify-end gap-2.5 border-t border-line px-5 py-3.5">
      {children}
    </footer>
  )
}
