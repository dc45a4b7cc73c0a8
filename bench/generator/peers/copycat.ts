import { copycat } from '@snaplet/copycat';

/** Row i: its values are hashed from an input, one for all fields of the row as for those of one person. */
export function copycatRow(i: number): object {
  const input = `user ${i}`;
  return {
    username: copycat.username(input),
    email: copycat.email(input),
    password: copycat.password(input),
    first_name: copycat.firstName(input),
    last_name: copycat.lastName(input),
    age: copycat.int(input, { min: 13, max: 120 }),
    signup_date: copycat.dateString(input, { minYear: 2024, maxYear: 2025 }).slice(0, 10),
  };
}
