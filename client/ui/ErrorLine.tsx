/** What went wrong, when it belongs to no single field. Empty room is not kept: it stands at the end. */
export function ErrorLine({ sentence }: { sentence: string | null | undefined }) {
  if (sentence == null) return null
  return (
    <p role="alert" className="text-note text-danger">
      {sentence}
    </p>
  )
}
