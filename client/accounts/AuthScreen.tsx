import { Link, useSearch } from 'wouter'
import { Logo } from '../ui/Logo'
import { LogInForm } from './LogInForm'
import { SignUpForm } from './SignUpForm'

interface AuthScreenProps {
  kind: 'logIn' | 'signUp'
  /** null until known. */
  mode: { mode: 'open' | 'invite'; first: boolean } | null
  invite?: string
}

/** One card, one thing to do. */
export function AuthScreen({ kind, mode, invite }: AuthScreenProps) {
  const search = useSearch()
  const keep = search === '' ? '' : `?${search}`
  const words = wordsFor({ kind, mode, invite })
  return (
    <main className="scrolls h-full bg-side">
      <div className="mx-auto flex min-h-full max-w-[412px] flex-col justify-center px-4 py-10">
        <div className="mb-6 flex items-center justify-center gap-2.5">
          <Logo size={30} />
          <span className="text-[17px] font-[650] tracking-[-0.012em]">Confab</span>
        </div>
        <section className="rounded-2xl border border-line bg-raised p-7 shadow-lift max-md:p-5">
          <h1 className="text-[21px] font-[660] tracking-[-0.018em]">{words.title}</h1>
          <p className="mt-1 text-muted text-pretty">{words.hint}</p>
          {kind === 'logIn' ? <LogInForm /> : words.closed !== true && <SignUpForm invite={invite} />}
        </section>
        {mode?.first !== true && (
          <p className="mt-5 text-center text-sm text-muted">
            {kind === 'logIn' ? 'New here? ' : 'You have an account? '}
            <Link
              href={`${kind === 'logIn' ? '/signup' : '/login'}${keep}`}
              className="font-[580] text-accent-text underline-offset-2 hover:underline"
            >
              {kind === 'logIn' ? 'Make an account' : 'Sign in'}
            </Link>
          </p>
        )}
      </div>
    </main>
  )
}

interface Words {
  title: string
  hint: string
  /** There is no form to fill in. */
  closed?: boolean
}

function wordsFor({ kind, mode, invite }: AuthScreenProps): Words {
  if (kind === 'logIn') return { title: 'Welcome back', hint: 'Sign in to go on where you left.' }
  if (mode?.first === true)
    return { title: 'Set up your server', hint: 'Nobody is here yet. The first account owns this server.' }
  if (invite !== undefined) return { title: 'You are invited', hint: 'Choose a name and you are in.' }
  if (mode?.mode === 'invite')
    return {
      title: 'By invitation',
      hint: 'This server takes new people by invite link. Ask somebody who is here to send you one.',
      closed: true,
    }
  return { title: 'Make an account', hint: 'It takes a name and a password. No mail is sent.' }
}
