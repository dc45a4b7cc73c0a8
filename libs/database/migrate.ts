import type { DataSource } from 'typeorm';
import { StartupError } from '../process/startup-error.js';

/** An SQL function that is made anew at every migration, so that its text lives beside the code that calls it. */
export interface Routine {
  /** `CREATE OR REPLACE FUNCTION …`; a change of its parameters needs a new name, since old processes still call the old one. */
  sql: string;
}

// Any number; it only has to be the same in every process that migrates.
const MIGRATION_LOCK = 7_205_419_301;

/** Brings the database to this code's version: pending migrations, then the routines. Safe to run from several processes at once. */
export async function migrate(dataSource: DataSource, routines: readonly Routine[]): Promise<string[]> {
  const lock = dataSource.createQueryRunner();
  await lock.connect();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await refuseNewer(dataSource);
    const done = await dataSource.runMigrations({ transaction: 'each' });
    await dataSource.transaction(async (manager) => {
      for (const routine of routines) await manager.query(routine.sql);
    });
    return done.map((migration) => migration.name);
  } finally {
    await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await lock.release();
  }
}

/** Throws {@link StartupError} unless the database has exactly the migrations that this code knows. */
export async function requireCurrent(dataSource: DataSource): Promise<void> {
  await refuseNewer(dataSource);
  const applied = await appliedMigrations(dataSource);
  const pending = knownMigrations(dataSource).filter((name) => !applied.includes(name));
  if (pending.length > 0) {
    throw new StartupError(
      `The database behind DATABASE_URL lacks ${pending.length} migration(s), the first being ${pending[0]}: run \`npm run migrate\` first.`,
    );
  }
}

async function refuseNewer(dataSource: DataSource): Promise<void> {
  const known = knownMigrations(dataSource);
  const unknown = (await appliedMigrations(dataSource)).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new StartupError(
      `The database behind DATABASE_URL is newer than this program (it has the migration ${unknown[0]}): run the newer version, or point DATABASE_URL (or TESTLAKE_DIR) elsewhere.`,
    );
  }
}

function knownMigrations(dataSource: DataSource): string[] {
  return dataSource.migrations.map((migration) => migration.name ?? migration.constructor.name);
}

async function appliedMigrations(dataSource: DataSource): Promise<string[]> {
  const [found] = await dataSource.query<{ present: boolean }[]>(
    `SELECT to_regclass('migrations') IS NOT NULL AS present`,
  );
  if (!found?.present) return [];
  const rows = await dataSource.query<{ name: string }[]>('SELECT name FROM migrations ORDER BY id');
  return rows.map((row) => row.name);
}
