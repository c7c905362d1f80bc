import type { Fault } from './fault'
import { none } from './faults/f01-none'
import { beforePublish } from './faults/f05-before-publish'
import { beforeCommit } from './faults/f06-before-commit'
import { postgresKilled } from './faults/f10-postgres-killed'
import { backends } from './faults/f11-backends'
import { thrice } from './faults/f15-thrice'
import { crowd } from './faults/f16-crowd'
import { kicks } from './faults/f17-kicks'
import { sessions } from './faults/f18-sessions'
import { stampede } from './faults/f19-stampede'

/** In the order of docs/guarantees.md. */
export const faults: readonly Fault[] = [
  none,
  beforePublish,
  beforeCommit,
  postgresKilled,
  backends,
  thrice,
  crowd,
  kicks,
  sessions,
  stampede,
]
