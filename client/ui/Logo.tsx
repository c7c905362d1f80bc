/** The mark; decoration beside the name. */
export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden className="shrink-0">
      <rect width="32" height="32" rx="9.5" className="fill-accent" />
      <path
        d="M8.5 9.5h15v10.5h-9.4l-4.6 3.7v-3.7h-1z"
        className="fill-none stroke-on-accent"
        strokeWidth="2.4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}
