import { drizzle as connect, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { date, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { seed } from 'drizzle-seed';
import { atLeast } from '../report.js';
import { measure, worth } from '../rounds.js';
import type { Stage } from '../stage.js';
import { empty } from '../tables.js';
import { userFields } from '../user-fields.js';

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
  const before = async (): Promise<void> => {
    await client.query('TRUNCATE drizzle_users');
    await empty(client);
  };
  const rates = await measure(
    {
      ours: { before, work: worth(OURS, () => workspace.generate(schemaId, OURS)) },
      theirs: {
        before,
        work: async () => {
          await seedUsers(db);
          return db.$count(users);
        },
      },
    },
    ROUNDS,
  );
  await client.query('DROP TABLE drizzle_users');
  await empty(client);
  atLeast('  against drizzle-seed', rates.ours / rates.theirs, 15);
}

async function seedUsers(db: NodePgDatabase): Promise<void> {
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
}
