import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

interface EmptyStateProps {
  icon: LucideIcon
  title: string
  /** One sentence. */
  children: ReactNode
  /** One main button, at most one beside it. */
  actions?: ReactNode
}

export function EmptyState({ icon: Icon, title, children, actions }: EmptyStateProps) {
  return (
    <div className="mx-auto flex max-w-[400px] flex-col items-center px-6 py-10 text-center">
      <span className="mb-4 grid size-12 place-items-center rounded-[15px] bg-accent-soft text-accent-text">
        <Icon size={22} strokeWidth={1.8} aria-hidden />
      </span>
      <h1 className="text-[17px] font-[650] tracking-[-0.012em]">{title}</h1>
      <p className="mt-1.5 text-muted text-pretty">{children}</p>
      {actions !== undefined && <div className="mt-5 flex flex-wrap justify-center gap-2.5">{actions}</div>}
    </div>
  )
}
