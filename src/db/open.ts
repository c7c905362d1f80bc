import type { ExtractTablesWithRelations } from 'drizzle-orm'
import { drizzle, type PostgresJsDatabase, type PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js'
import type { PgTransaction } from 'drizzle-orm/pg-core'
import postgres from 'postgres'

export type Sql = postgres.Sql
type NoSchema = Record<string, never>
export type Database = PostgresJsDatabase<NoSchema>
export type Transaction = PgTransaction<PostgresJsQueryResultHKT, NoSchema, ExtractTablesWithRelations<NoSchema>>

export interface OpenDatabase {
  sql: Sql
  db: Database
  close(): Promise<void>
}

/** A pool on the database at `url`. Nothing connects before the first statement. */
export function openDatabase(url: string): OpenDatabase {
  const sql = postgres(url, {
    max: 10,
    connect_timeout: 5,
    onnotice: () => {},
    connection: { application_name: 'confab', statement_timeout: 6_000, idle_in_transaction_session_timeout: 10_000 },
  })
  return { sql, db: drizzle(sql), close: () => sql.end({ timeout: 2 }) }
}
