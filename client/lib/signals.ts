/** Calls when the network or the person is back: the moments to try again at once. Answers how to stop. */
export function watchReturn(listener: () => void): () => void {
  const whenVisible = () => {
    if (document.visibilityState === 'visible') listener()
  }
  addEventListener('online', listener)
  addEventListener('focus', listener)
  addEventListener('pageshow', listener)
  document.addEventListener('visibilitychange', whenVisible)
  return () => {
    removeEventListener('online', listener)
    removeEventListener('focus', listener)
    removeEventListener('pageshow', listener)
    document.removeEventListener('visibilitychange', whenVisible)
  }
}

/** Whether somebody is looking: only then is what is shown also read. */
export function isAttentive(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus()
}

/** Calls when the page may go away for good, the last chance to keep something. Answers how to stop. */
export function watchLeaving(listener: () => void): () => void {
  const whenHidden = () => {
    if (document.visibilityState === 'hidden') listener()
  }
  addEventListener('pagehide', listener)
  document.addEventListener('visibilitychange', whenHidden)
  return () => {
    removeEventListener('pagehide', listener)
    document.removeEventListener('visibilitychange', whenHidden)
  }
}
