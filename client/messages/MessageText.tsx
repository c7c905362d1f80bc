import type { ReactNode } from 'react'
import { linksIn } from './links'

interface MessageTextProps {
  body: string
  /** What stands behind the last word: ticks, "edited". */
  after?: ReactNode
}

/** The text as it was typed, with its links. Elements only: nothing here ever becomes HTML from a string. */
export function MessageText({ body, after }: MessageTextProps) {
  return (
    <div dir="auto" className="max-w-[76ch] wrap-anywhere whitespace-pre-wrap max-md:text-[16px]">
      {linksIn(body).map((part) =>
        part.href === null ? (
          part.text
        ) : (
          <a
            key={part.at}
            href={part.href}
            target="_blank"
            rel="noopener noreferrer nofollow"
            className="text-accent-text underline decoration-accent/40 underline-offset-2 hover:decoration-accent"
          >
            {part.text}
          </a>
        ),
      )}
      {after}
    </div>
  )
}
