import { ChevronsUpDown, CornerDownLeft, LogOut, Monitor, Moon, Sun, UserPlus } from 'lucide-react'
import type { User } from '../../src/accounts/schema'
import { useSettings } from '../lib/useSettings'
import { type Theme, useTheme } from '../lib/useTheme'
import { Avatar } from '../ui/Avatar'
import { MenuButton } from '../ui/MenuButton'
import type { MenuEntry } from '../ui/menu'
import { useTask } from '../ui/useTask'
import { useLogOut } from './useAccount'

interface MeMenuProps {
  user: User
  /** A word on the connection. */
  status: string
  onInvite: () => void
  onSignedOut: () => void
}

/** Who is signed in, and what concerns this person and this device. */
export function MeMenu({ user, status, onInvite, onSignedOut }: MeMenuProps) {
  const { theme, setTheme } = useTheme()
  const { enterSends, setEnterSends } = useSettings()
  const { logOut } = useLogOut()
  const signOut = useTask()
  const mayInvite = user.role !== 'member'

  const entries: MenuEntry[] = [
    ...(mayInvite ? [{ label: 'Invite people', icon: UserPlus, onPick: onInvite }] : []),
    ...THEMES.map(({ name, ...look }, index) => ({
      ...look,
      apart: index === 0 && mayInvite,
      checked: theme === name,
      onPick: () => setTheme(name),
    })),
    {
      label: 'Enter sends',
      icon: CornerDownLeft,
      apart: true,
      checked: enterSends,
      onPick: () => setEnterSends(!enterSends),
    },
    {
      label: 'Sign out',
      icon: LogOut,
      apart: true,
      onPick: () => signOut.run(() => logOut().then(onSignedOut)),
    },
  ]

  return (
    <MenuButton label="You and this device" entries={entries} side="top" align="start">
      {(trigger) => (
        <button
          type="button"
          {...trigger}
          className="flex w-full items-center gap-2.5 border-t border-line px-3 py-2.5 text-left -outline-offset-2 transition-colors hover:bg-sunken aria-expanded:bg-sunken"
        >
          <Avatar person={user} size="medium" />
          <span className="min-w-0 flex-1 text-[13.5px] leading-[1.35]">
            <span className="block truncate font-[620]">{user.displayName}</span>
            <span role="status" className="block truncate text-xs text-muted">
              {signOut.problem === null ? status : `Not signed out. ${signOut.problem.sentence}`}
            </span>
          </span>
          <ChevronsUpDown size={15} aria-hidden className="shrink-0 text-faint" />
        </button>
      )}
    </MenuButton>
  )
}

const THEMES: { name: Theme; label: string; icon: typeof Sun }[] = [
  { name: 'system', label: 'Like the system', icon: Monitor },
  { name: 'light', label: 'Light', icon: Sun },
  { name: 'dark', label: 'Dark', icon: Moon },
]
