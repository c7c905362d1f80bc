import type { ExtractTablesWithRelations } from 'drizzle-orm'
import type { PgDatabase, PgTransaction } from 'drizzle-orm/pg-core'
import { drizzle, type PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js'
import type postgres from 'postgres'
import { connect } from './connect'
import { prepared } from './prepared'

export type Sql = postgres.Sql
/** A part of a statement that the driver puts together. */
export type Fragment = postgres.PendingQuery<postgres.Row[]>
type NoSchema = Record<string, never>
/** The query builder: on the pool or, since a transaction is one too, inside it. */
export type Database = PgDatabase<PostgresJsQueryResultHKT, NoSchema, ExtractTablesWithRelations<NoSchema>>
export type Transaction = PgTransaction<
  PostgresJsQueryResultHKT,
  NoSchema,
  ExtractTablesWithRelations<NoSchema>
>

export interface OpenDatabase {
  sql: Sql
  db: Database
  close(): Promise<void>
}

/** A pool on the database at `url`. Nothing connects before the first statement. */
export function openDatabase(url: string): OpenDatabase {
  const sql = connect(url, {
    max: 10,
    connection: {
      application_name: 'confab',
      TimeZone: 'UTC',
      statement_timeout: 5_000,
      idle_in_transaction_session_timeout: 10_000,
      // Every statement goes by an index. Where PostgreSQL takes a custom plan for cheaper, it plans a page of history each time,
      // which takes twice as long as reading it.
      plan_cache_mode: 'force_generic_plan',
    },
  })
  return { sql, db: drizzle(prepared(sql)), close: () => sql.end({ timeout: 2 }) }
}
