import { z } from 'zod'
import { idField, limitField, textField } from '../lib/fields'
import { DISPLAY_NAME_MAX, PASSWORD_MAX, PASSWORD_MIN, USERNAME_MAX, USERNAME_MIN } from '../lib/limits'
import { isCommonPassword } from './common-passwords'

/** A person as everybody on this server sees them. */
export interface Person {
  id: string
  username: string
  displayName: string
}

export type ServerRole = 'owner' | 'admin' | 'member'

/** The person who is signed in. */
export interface User extends Person {
  role: ServerRole
}

/** ASCII only, so that two names that look alike are alike; unique without case. */
export const username = textField('The user name', { min: USERNAME_MIN, max: USERNAME_MAX })
  .regex(/^[a-z0-9_.-]+$/i, {
    error: 'A user name has letters a to z, digits, dots, dashes and underscores.',
  })
  .transform((name) => name.toLowerCase())

export const password = textField('The password', { min: PASSWORD_MIN, max: PASSWORD_MAX }).refine(
  (text) => !isCommonPassword(text),
  { error: 'This password is among the first that others would try.' },
)

export const signUpInput = z.strictObject({
  username,
  password,
  displayName: textField('The name', { max: DISPLAY_NAME_MAX })
    .transform((name) => name.trim())
    .optional(),
  invite: textField('The invite', { max: 200 }).optional(),
})

/** Log-in says nothing about what a name or password should look like; it bounds the work. */
export const logInInput = z.strictObject({
  username: textField('The user name', { max: 200 }).transform((name) => name.toLowerCase()),
  password: textField('The password', { max: 1_000 }),
})

export const emptyInput = z.strictObject({}).optional()

const PEOPLE_MAX = 200

export const peopleInput = z.strictObject({
  query: textField('The search', { min: 0, max: 200 }).default(''),
  limit: limitField(PEOPLE_MAX, 50),
})

export const peopleByIdsInput = z.strictObject({
  ids: z
    .array(idField('The user'), { error: 'The ids must be a list.' })
    .min(1, { error: 'Name somebody.' })
    .max(PEOPLE_MAX, { error: `At most ${PEOPLE_MAX} people in one call.` }),
})
