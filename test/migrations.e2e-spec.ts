import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { openDataSource } from '../libs/database/data-source.js';
import { migrate, requireCurrent } from '../libs/database/migrate.js';
import { migrations } from '../migrations/index.js';
import { entities } from '../src/entities.js';
import { routines } from '../src/routines.js';
import { createDatabase, type TestDatabase } from './support/database.js';

const STRUCTURE = `
  SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '')
    AS line FROM information_schema.columns WHERE table_schema = 'public'
  UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
  UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT tgrelid::regclass || ' ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
  ORDER BY line`;

describe('the migrations', () => {
  let db: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    db = await createDatabase();
    dataSource = await openDataSource({ url: db.url, entities, migrations, poolSize: 3 });
  });
  afterAll(async () => {
    await dataSource.destroy();
    await db.drop();
  });

  it('make the tables that the entities describe', async () => {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('can be taken back one by one and made again, with the same outcome', async () => {
    const before = await db.query<{ line: string }>(STRUCTURE);
    for (let i = 0; i < migrations.length; i += 1) await dataSource.undoLastMigration({ transaction: 'each' });
    const left = await db.query(
      `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`,
    );
    expect(left).toEqual([{ relname: 'migrations' }]);
    await migrate(dataSource, routines);
    expect(await db.query(STRUCTURE)).toEqual(before);
  });

  it('run by several processes at once, are run once', async () => {
    const names = await Promise.all([migrate(dataSource, routines), migrate(dataSource, routines)]);
    expect(names).toEqual([[], []]);
  });

  it('refuse a database that is newer than the code', async () => {
    await db.query(`INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')`);
    await expect(migrate(dataSource, routines)).rejects.toThrow(
      /newer than this program.*Later9999999999999.*DATABASE_URL/,
    );
    await expect(requireCurrent(dataSource)).rejects.toThrow(/newer than this program/);
    await db.query(`DELETE FROM migrations WHERE name = 'Later9999999999999'`);
  });

  it('leave the API a role that owns nothing', async () => {
    const owned = await db.query(`SELECT relname FROM pg_class WHERE relowner = 'testlake_api'::regrole`);
    expect(owned).toEqual([]);
  });
});
