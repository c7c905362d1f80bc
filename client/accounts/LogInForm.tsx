import { useState } from 'react'
import { Button } from '../ui/Button'
import { Field } from '../ui/Field'
import { useFinePointer } from '../ui/useMediaQuery'
import { useLogIn } from './useAccount'

export function LogInForm() {
  const { submit, pending, error } = useLogIn()
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const fine = useFinePointer()
  return (
    <form
      noValidate
      className="mt-5 flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        void submit({ username, password })
      }}
    >
      <Field
        label="User name"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus={fine}
        value={username}
        onChange={(event) => setUsername(event.target.value)}
        error={error?.field === 'username' ? error.sentence : null}
      />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={error !== null && error.field !== 'username' ? error.sentence : null}
      />
      <Button type="submit" look="primary" busy={pending} className="mt-1 h-10">
        Sign in
      </Button>
    </form>
  )
}
