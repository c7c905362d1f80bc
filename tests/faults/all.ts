import type { Fault } from './fault'
import { none } from './faults/f01-none'
import { killed } from './faults/f02-kill'
import { rolling } from './faults/f03-rolling'
import { frozen } from './faults/f04-frozen'
import { beforePublish } from './faults/f05-before-publish'
import { beforeCommit } from './faults/f06-before-commit'
import { redisKilled } from './faults/f07-redis-killed'
import { redisSilent } from './faults/f08-redis-silent'
import { busLossy } from './faults/f09-bus-lossy'
import { postgresKilled } from './faults/f10-postgres-killed'
import { backends } from './faults/f11-backends'
import { answerLost } from './faults/f12-answer-lost'
import { badLinks } from './faults/f13-bad-links'
import { neverReads } from './faults/f14-never-reads'
import { thrice } from './faults/f15-thrice'
import { crowd } from './faults/f16-crowd'
import { kicks } from './faults/f17-kicks'
import { sessions } from './faults/f18-sessions'
import { stampede } from './faults/f19-stampede'
import { clocks } from './faults/f20-clocks'
import { diskFull } from './faults/f21-disk-full'
import { migration } from './faults/f23-migration'
import { soak } from './faults/f25-soak'

/** In the order of docs/guarantees.md. */
export const faults: readonly Fault[] = [
  none,
  killed,
  rolling,
  frozen,
  beforePublish,
  beforeCommit,
  redisKilled,
  redisSilent,
  busLossy,
  postgresKilled,
  backends,
  answerLost,
  badLinks,
  neverReads,
  thrice,
  crowd,
  kicks,
  sessions,
  stampede,
  clocks,
  diskFull,
  migration,
  soak,
]
