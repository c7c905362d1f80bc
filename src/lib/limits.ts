/**
 * The numbers that client and server must agree on. No zod in here: the client imports the values.
 * Lengths are code points, not UTF-16 units.
 */

/** The longest message. Also what keeps parsing bounded, since Markdown lexers are super-linear. */
export const BODY_MAX = 8_000
/** The most messages or events in one page. */
export const PAGE_MAX = 200
export const PAGE_DEFAULT = 50
export const USERNAME_MIN = 2
export const USERNAME_MAX = 32
export const DISPLAY_NAME_MAX = 64
export const PASSWORD_MIN = 8
export const PASSWORD_MAX = 128
export const CONVERSATION_NAME_MAX = 80
/** The most people named in one call of `conversations.create` or `addMembers`. */
export const MEMBERS_PER_CALL = 1_000
/** The most other people in a direct conversation. */
export const DIRECT_OTHERS_MAX = 19
/** The most cursors in one `receipts.update`. */
export const CURSORS_PER_CALL = 50
/**
 * One's own message with the seq `s` clears the mark "unread", and makes the mark's version at least `s` times this. So
 * the log itself says which marks a send has cleared, in whatever order the news of both come. It leaves room for as many
 * marks between two seqs, and for 2^33 seqs in an exact number.
 */
export const VERSIONS_PER_SEQ = 2 ** 20
/** Up to this many members everybody sees everybody's receipts; above, only one's own devices do. */
export const RECEIPT_AUDIENCE_MAX = 50
/** A client further behind than this drops its window and loads the newest page. */
export const RESET_BEYOND = 1_000
/** How long "is typing" stays without being renewed, in milliseconds. */
export const TYPING_TTL_MS = 6_000
export const REQUEST_BODY_MAX_BYTES = 128 * 1024
export const BATCH_MAX = 10
