import type postgres from 'postgres'

/** Statements with more parameters than this are of many lengths: each would stay in PostgreSQL's memory. */
const PARAMETERS_MAX = 24

type Handle = postgres.Sql | postgres.TransactionSql
type Unsafe = postgres.Sql['unsafe']

/**
 * The driver as Drizzle is given it: what the builder says is prepared once for each connection. Otherwise each statement
 * would be described, parsed and planned anew, which takes longer than running it: the conversation list took 600 µs of
 * processor time here, prepared 380.
 */
export function prepared<T extends Handle>(sql: T): T {
  const unsafe: Unsafe = (text, parameters = [], options) =>
    sql.unsafe(text, parameters, { ...options, prepare: parameters.length <= PARAMETERS_MAX })
  // In a transaction as well: it is handed a driver of its own, and so is a savepoint.
  const within = (key: 'begin' | 'savepoint') => {
    return (...args: unknown[]) => {
      const work = args.pop()
      const run = (inner: Handle) =>
        Reflect.apply(work as (inner: Handle) => unknown, null, [prepared(inner)])
      return Reflect.apply(Reflect.get(sql, key) as Handle['unsafe'], sql, [...args, run])
    }
  }
  return new Proxy(sql, {
    get(target, key) {
      if (key === 'unsafe') return unsafe
      if (key === 'begin' || key === 'savepoint') return within(key)
      return Reflect.get(target, key)
    },
  })
}
