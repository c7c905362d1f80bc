interface Press {
  key: string
  keyCode: number
  isComposing: boolean
  shiftKey: boolean
  altKey: boolean
  ctrlKey: boolean
  metaKey: boolean
}

/**
 * Whether a key press sends. Never in the middle of an input method's composition: `isComposing` says so, except in
 * Safari, which ends the composition before the key that ended it and leaves only the code 229.
 */
export function sends(press: Press, enterSends: boolean): boolean {
  if (press.key !== 'Enter' || press.isComposing || press.keyCode === 229) return false
  if (press.ctrlKey || press.metaKey) return true
  return enterSends && !press.shiftKey && !press.altKey
}
