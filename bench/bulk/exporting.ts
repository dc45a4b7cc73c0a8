import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { atLeast, rateHere } from '../report.js';
import { measure } from '../rounds.js';
import type { Stage } from '../stage.js';
import { COLUMNS, empty } from '../tables.js';
import { userFields } from '../user-fields.js';

const ROWS = 1_000_000;
const ROUNDS = 5;

/** A million records into a stored file, from POST to succeeded, beside COPY of the same rows to a client that drops them. */
export async function exporting({ workspace, client }: Stage): Promise<void> {
  const schemaId = await workspace.createSchema('User to export', userFields());
  await workspace.generate(schemaId, ROWS);
  await client.query('VACUUM ANALYZE test_data');
  const { csv, jsonl, copy } = await measure(
    {
      copy: () => drain(client, `COPY (SELECT ${COLUMNS} FROM test_data) TO STDOUT`),
      csv: () => workspace.export(schemaId, 'csv'),
      jsonl: () => workspace.export(schemaId, 'jsonl'),
    },
    ROUNDS,
  );
  rateHere('COPY … TO STDOUT, one connection', copy, 'rows');
  rateHere('  export as CSV, POST to succeeded, one worker', csv, 'rows');
  atLeast('  against COPY', csv / copy, 0.5);
  rateHere('  export as JSON Lines', jsonl, 'rows');
  atLeast('  against COPY', jsonl / copy, 0.5);
  await empty(client);
}

async function drain(client: pg.Client, statement: string): Promise<number> {
  let bytes = 0;
  for await (const chunk of client.query(copyTo(statement))) bytes += (chunk as Buffer).length;
  if (bytes === 0) throw new Error('COPY gave nothing');
  return ROWS;
}
