/** Lets the history of records know who changes them, by a parameter with a user's id or NULL: a condition that always holds. */
export function actsAs(user: string): string {
  return `set_config('testlake.actor', coalesce(${user}::uuid::text, ''), true) IS NOT NULL`;
}
