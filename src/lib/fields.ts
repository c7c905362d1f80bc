import { z } from 'zod'
import { codePoints, isStorable } from './text'

interface TextLimits {
  min?: number
  max: number
}

/** A string that is stored as it came. Messages are sentences, since people read them beside the field. */
export function textField(label: string, { min = 1, max }: TextLimits) {
  return z
    .string({ error: `${label} must be text.` })
    .refine((text) => isStorable(text), { error: `${label} holds a character that cannot be stored.` })
    .refine((text) => codePoints(text) <= max, { error: `${label} may have at most ${max} characters.` })
    .refine((text) => text.length >= min && codePoints(text.trim()) >= min, {
      error: min <= 1 ? `${label} is empty.` : `${label} needs at least ${min} characters.`,
    })
}

/** Any version of UUID, in lower case, as PostgreSQL prints it. */
export function idField(label: string) {
  return z
    .string({ error: `${label} must be an id.` })
    .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, {
      error: `${label} is not an id.`,
    })
    .transform((id) => id.toLowerCase())
}

/** A place in a log or a count of messages: a whole number from 0 that a double holds exactly. */
export function placeField(label: string) {
  return z
    .int({ error: `${label} must be a whole number.` })
    .min(0, { error: `${label} may not be negative.` })
}

export function limitField(max: number, preset: number) {
  return z
    .int({ error: 'The limit must be a whole number.' })
    .min(1, { error: 'The limit must be at least 1.' })
    .max(max, { error: `The limit may be at most ${max}.` })
    .default(preset)
}
