import type { Fault } from './fault'
import { none } from './faults/f01-none'

/** In the order of docs/guarantees.md. */
export const faults: readonly Fault[] = [none]
