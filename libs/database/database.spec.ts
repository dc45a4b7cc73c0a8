import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { testSettings } from '../config/test-settings.js';
import { openDataSource } from './data-source.js';
import { Database } from './database.js';

let dataSource: DataSource;
let db: Database;

beforeAll(async () => {
  dataSource = await openDataSource({ url: testSettings().serverUrl, entities: [], poolSize: 2 });
  db = new Database(dataSource);
});
afterAll(() => dataSource.destroy());

const add = (n: number) => db.client.query('INSERT INTO parts VALUES ($1)', [n]);
const keep = (): boolean => true;
const takeBack = (): boolean => false;

it('takes a part back as a whole, also what was kept or taken back within it', async () => {
  const left = await db.transaction(async () => {
    await db.client.query('CREATE TEMPORARY TABLE parts (n integer) ON COMMIT DROP');
    await add(1);
    await db.withSavepoint(async () => {
      await add(2);
      await db.withSavepoint(() => add(3), takeBack);
      await db.withSavepoint(() => add(4), keep);
      await add(5);
    }, takeBack);
    await db.withSavepoint(() => add(6), keep);
    return (await db.client.query<{ n: number }>('SELECT n FROM parts')).rows.map(({ n }) => n);
  });
  expect(left).toEqual([1, 6]);
});
