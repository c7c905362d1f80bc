/** A secret for a link or a cookie: 256 random bits, safe in a URL. Given out once, never stored. */
export function newToken(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')
}

/** What is stored in a token's place. No salt or stretching: nobody guesses 256 random bits. */
export function hashToken(token: string): string {
  return new Bun.CryptoHasher('sha256').update(token).digest('hex')
}
