import type { LucideIcon } from 'lucide-react'

/** One line of a menu. With `checked` it is a setting that can be on or off, and the menu stays open. */
export interface MenuEntry {
  label: string
  icon?: LucideIcon
  checked?: boolean
  danger?: boolean
  /** A hairline above it. */
  apart?: boolean
  onPick: () => void
}
