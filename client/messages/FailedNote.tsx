interface FailedNoteProps {
  sentence: string
  onRetry: () => void
  onEdit: () => void
  onDiscard: () => void
}

/** Words first, then what can be done. The text stays above it until its author decides. */
export function FailedNote({ sentence, onRetry, onEdit, onDiscard }: FailedNoteProps) {
  return (
    <div className="mt-0.5 flex flex-wrap items-center gap-x-3 text-note text-danger">
      <span className="touch:basis-full">Not sent. {sentence}</span>
      <Act words="Try again" onClick={onRetry} />
      <Act words="Edit" onClick={onEdit} />
      <Act words="Delete" onClick={onDiscard} />
    </div>
  )
}

function Act({ words, onClick }: { words: string; onClick: () => void }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="font-[620] underline underline-offset-2 hover:no-underline touch:py-3 touch:pr-2"
    >
      {words}
    </button>
  )
}
