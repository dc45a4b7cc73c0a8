import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

/** Columns of a record that are not given by default. */
export const COLUMNS = 'id, stock_id, project_id, data_values, pick_key, run_id, schema_version, created_by';

/** Leaves no records behind, and no pages to be written later. */
export async function empty(client: pg.Client): Promise<void> {
  await client.query('TRUNCATE test_data, test_data_keys');
  await client.query('CHECKPOINT');
}

/** What a COPY … TO STDOUT gives. */
export async function copyOut(client: pg.Client, statement: string): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of client.query(copyTo(statement))) chunks.push(chunk as Buffer);
  return chunks;
}

/** Feeds a COPY … FROM STDIN. */
export async function copyIn(client: pg.Client, statement: string, chunks: Buffer[]): Promise<void> {
  await pipeline(Readable.from(chunks), client.query(copyFrom(statement)));
}

/** Takes the finished records and keys out of their tables; what it answers loads them again in one transaction, and nothing else. */
export async function finishedRows(client: pg.Client): Promise<() => Promise<void>> {
  const rows = await copyOut(client, `COPY (SELECT ${COLUMNS} FROM test_data) TO STDOUT`);
  const keys = await copyOut(client, 'COPY test_data_keys TO STDOUT');
  return async () => {
    await client.query('BEGIN');
    if (keys.length > 0) await copyIn(client, 'COPY test_data_keys FROM STDIN', keys);
    await copyIn(client, `COPY test_data (${COLUMNS}) FROM STDIN`, rows);
    await client.query('COMMIT');
  };
}
