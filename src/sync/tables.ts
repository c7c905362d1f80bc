import { pgTable } from 'drizzle-orm/pg-core'
import { id } from '../db/columns'

/** One row, written by its migration. A restored backup gets another epoch, which tells clients to start afresh. */
export const history = pgTable('history', { epoch: id('epoch').primaryKey().defaultRandom() })
