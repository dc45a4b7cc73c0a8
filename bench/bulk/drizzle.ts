import { drizzle as connect } from 'drizzle-orm/node-postgres';
import { date, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { seed } from 'drizzle-seed';
import { atLeast } from '../report.js';
import { measure } from '../rounds.js';
import type { Stage } from './bulk.js';
import { empty } from './loading.js';
import { userFields } from './user-fields.js';

// It is an order of magnitude slower: rates of fewer rows are compared.
const THEIRS = 50_000;
const OURS = 1_000_000;
const ROUNDS = 5;

const users = pgTable('drizzle_users', {
  id: uuid().primaryKey(),
  username: text().notNull(),
  email: text().notNull(),
  password: text().notNull(),
  first_name: text().notNull(),
  last_name: text().notNull(),
  age: integer().notNull(),
  signup_date: date().notNull(),
});

/** drizzle-seed into a table of the same columns, as its documentation shows. */
export async function drizzle({ workspace, client }: Stage): Promise<void> {
  await client.query(`
    CREATE TABLE drizzle_users (id uuid PRIMARY KEY, username text NOT NULL, email text NOT NULL, password text NOT NULL,
      first_name text NOT NULL, last_name text NOT NULL, age integer NOT NULL, signup_date date NOT NULL)`);
  const db = connect(client);
  const schemaId = await workspace.createSchema('User beside drizzle', userFields());
  const rates = await measure(
    {
      ours: async () => {
        await empty(client);
        await workspace.generate(schemaId, OURS);
        return OURS;
      },
      theirs: async () => {
        await client.query('TRUNCATE drizzle_users');
        await seed(db, { users }, { count: THEIRS, seed: 1 }).refine((f) => ({
          users: {
            columns: {
              email: f.email(),
              first_name: f.firstName(),
              last_name: f.lastName(),
              age: f.int({ minValue: 13, maxValue: 120 }),
              signup_date: f.date(),
            },
          },
        }));
        const { rows } = await client.query<{ n: number }>('SELECT count(*)::integer AS n FROM drizzle_users');
        if (rows[0]?.n !== THEIRS) throw new Error('drizzle-seed made another number of rows');
        return THEIRS;
      },
    },
    ROUNDS,
  );
  await client.query('DROP TABLE drizzle_users');
  await empty(client);
  atLeast('  against drizzle-seed', rates.ours / rates.theirs, 15);
}
