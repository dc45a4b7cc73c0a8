import pg from 'pg';
import type { TestDatabase } from './database.js';
import { until } from './until.js';

/** Number of the advisory lock that every slice asks for after it has written its rows. */
const LOCK = 4711;

/** Holds slices at the end of their work, rows written and nothing committed, for as long as it is shut. */
export interface Gate {
  shut(): Promise<void>;
  /** Does nothing where it is open. */
  open(): Promise<void>;
  /** Resolves when exactly `count` slices stand at it. */
  untilHeld(count: number): Promise<void>;
}

/** Builds an open gate into a database. */
export async function buildGate(db: TestDatabase): Promise<Gate> {
  await db.query(`
    CREATE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_advisory_xact_lock_shared(${LOCK}); RETURN NULL; END $$;
    CREATE TRIGGER wait_at_gate AFTER INSERT ON test_data FOR EACH STATEMENT EXECUTE FUNCTION wait_at_gate();`);
  let keeper: pg.Client | undefined;
  const held = async (): Promise<number> => {
    const [row] = await db.query<{ n: number }>(
      `SELECT count(*)::integer AS n FROM pg_locks
       WHERE locktype = 'advisory' AND objid = $1 AND NOT granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      [LOCK],
    );
    return row?.n ?? 0;
  };
  return {
    shut: async () => {
      keeper = new pg.Client(db.url);
      keeper.on('error', () => undefined);
      await keeper.connect();
      await keeper.query(`SELECT pg_advisory_lock(${LOCK})`);
    },
    open: async () => {
      await keeper?.end();
      keeper = undefined;
    },
    untilHeld: async (count) => {
      let found = 0;
      const areHeld = async (): Promise<boolean> => (found = await held()) === count;
      await until(areHeld, () => `${count} slices at the gate, where ${found} stand`, 40_000);
    },
  };
}
