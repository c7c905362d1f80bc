/**
 * Cuts what Redis says (RESP2 or RESP3) into whole top-level frames, however the bytes were split on their way. A frame is
 * the bytes as they came: nothing is decoded.
 */
export class RespFrames {
  #rest: Uint8Array = new Uint8Array()

  /** The frames that end in these bytes; what is left begins the next one. */
  push(bytes: Uint8Array): Uint8Array[] {
    // Bun uses its buffer again, so a copy either way.
    const all = Buffer.concat([this.#rest, bytes])
    const frames: Uint8Array[] = []
    let start = 0
    for (let end = endOf(all, 0); end !== null; end = endOf(all, start)) {
      frames.push(all.subarray(start, end))
      start = end
    }
    this.#rest = all.subarray(start)
    return frames
  }
}

/** @returns the channel of a message to a subscriber, null for every other frame */
export function channelOf(frame: Uint8Array): string | null {
  const buffer = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength)
  const head = buffer.subarray(0, MESSAGE_HEAD.length + 1).toString('latin1')
  if ((head[0] !== '*' && head[0] !== '>') || head.slice(1) !== MESSAGE_HEAD) return null
  const [start, end] = [buffer.indexOf('\r\n', head.length) + 2, endOf(frame, head.length)]
  return end === null ? null : buffer.subarray(start, end - 2).toString()
}

const MESSAGE_HEAD = '3\r\n$7\r\nmessage\r\n'
const [CR, LF] = [13, 10]

/** Where the frame ends that begins at `start`; null when not all of it is here. */
function endOf(bytes: Uint8Array, start: number): number | null {
  let at = start
  // Nested frames are counted, not called: how many are still to come.
  for (let frames = 1; frames > 0; frames--) {
    const line = lineEnd(bytes, at)
    if (line === null) return null
    const type = String.fromCharCode(bytes[at] ?? 0)
    const length = Number(Buffer.from(bytes.subarray(at + 1, line - 2)).toString('latin1'))
    at = line
    switch (type) {
      case '$':
      case '!':
      case '=':
        if (length >= 0) at += length + 2
        break
      case '*':
      case '~':
      case '>':
        if (length > 0) frames += length
        break
      case '%':
        frames += 2 * length
        break
      case '|':
        // Attributes come before what they belong to.
        frames += 2 * length + 1
        break
    }
  }
  return at <= bytes.length ? at : null
}

/** Behind the CRLF of the line that begins at `start`. */
function lineEnd(bytes: Uint8Array, start: number): number | null {
  for (let at = bytes.indexOf(CR, start); at !== -1; at = bytes.indexOf(CR, at + 1))
    if (bytes[at + 1] === LF) return at + 2
  return null
}
