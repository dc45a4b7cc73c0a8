/** SQL for the name of something that may be gone, by SQL for its id; null where that is null, or it went before names were kept. */
export function nameSql(table: 'data_schemas' | 'features' | 'environments', id: string): string {
  // What a run is deleting has its id behind its name.
  return `coalesce((SELECT replace(thing.name, ' ' || thing.id, '') FROM ${table} AS thing WHERE thing.id = ${id}),
    (SELECT gone.name FROM gone_names AS gone WHERE gone.id = ${id}))`;
}

/** The same for a person. */
export function userNameSql(id: string): string {
  return `(SELECT person.username FROM users AS person WHERE person.id = ${id})`;
}
