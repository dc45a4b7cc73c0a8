import type { Routine } from '../../libs/database/migrate.js';

/** The moment that a text means, or null: a date is its first moment in UTC, whatever zone the session is in. */
export const asMoment: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION as_moment(value text) RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE
      WHEN value ~ '^\\d{4}-\\d\\d-\\d\\d$' AND pg_input_is_valid(value, 'date') THEN (value || 'T00:00:00Z')::timestamptz
      WHEN value ~ '^\\d{4}-\\d\\d-\\d\\d[Tt ]' AND pg_input_is_valid(value, 'timestamptz') THEN value::timestamptz
    END`,
};
