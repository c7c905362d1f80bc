import { useState } from 'react'
import { PASSWORD_MIN } from '../../src/lib/limits'
import { Button } from '../ui/Button'
import { Field } from '../ui/Field'
import { useFinePointer } from '../ui/useMediaQuery'
import { useSignUp } from './useAccount'
import { usernameFrom } from './username'

/** A name is asked for first; the user name follows from it until it is typed by hand. */
export function SignUpForm({ invite }: { invite: string | undefined }) {
  const { submit, pending, error } = useSignUp()
  const [displayName, setDisplayName] = useState('')
  const [typed, setTyped] = useState<string | null>(null)
  const [password, setPassword] = useState('')
  const fine = useFinePointer()
  const username = typed ?? usernameFrom(displayName)
  const errorAt = (field: string) => (error?.field === field ? error.sentence : null)
  const elsewhere = error !== null && !FIELDS.includes(error.field ?? '') ? error.sentence : null

  return (
    <form
      noValidate
      className="mt-5 flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        const name = displayName.trim()
        void submit({
          username,
          password,
          ...(name === '' ? {} : { displayName: name }),
          ...(invite === undefined ? {} : { invite }),
        })
      }}
    >
      <Field
        label="Your name"
        name="displayName"
        autoComplete="name"
        autoFocus={fine}
        value={displayName}
        onChange={(event) => setDisplayName(event.target.value)}
        error={errorAt('displayName')}
      />
      <Field
        label="User name"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        value={username}
        onChange={(event) => setTyped(event.target.value)}
        hint="What you sign in with: letters, digits, dots, dashes."
        error={errorAt('username')}
      />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        hint={`At least ${PASSWORD_MIN} characters.`}
        error={errorAt('password')}
      />
      {elsewhere !== null && (
        <p role="alert" className="text-note text-danger">
          {elsewhere}
        </p>
      )}
      <Button type="submit" look="primary" busy={pending} className="mt-1 h-10">
        Make my account
      </Button>
    </form>
  )
}

const FIELDS = ['displayName', 'username', 'password']
