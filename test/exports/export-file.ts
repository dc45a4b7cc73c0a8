import { parse } from 'csv-parse/sync';
import type { Client } from '../../libs/client/generated/client/index.js';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { RunResponse, StartExport } from '../../libs/client/generated/types.gen.js';
import { isNeutralised, withoutMark } from '../../libs/row-files/formulas.js';
import type { TestApi } from '../support/api.js';
import { ok } from '../support/project.js';
import { runUntil } from '../support/runs.js';

export interface ExportedFile {
  run: RunResponse;
  name: string;
  text: string;
  disposition: string | null;
}

/** Exports through the front door: starts the run, waits for it, and downloads its file by a link. */
export async function exportFile(
  test: TestApi,
  client: Client,
  path: { schemaId: string; envId: string },
  body: StartExport,
): Promise<ExportedFile> {
  const { id } = await ok(api.exportRecords({ client, path, body }));
  const run = await runUntil(client, id);
  if (run.state !== 'succeeded') throw new Error(`The export has ${run.state}: ${run.error}`);
  return { run, ...(await download(test, client, id, String(run.result.file))) };
}

/** A file of a run, through a link. */
export async function download(
  test: TestApi,
  client: Client,
  id: string,
  name: string,
): Promise<Omit<ExportedFile, 'run'>> {
  const { url } = await ok(api.linkRunFile({ client, path: { id }, body: { name } }));
  const answer = await fetch(test.url + url);
  return { name, text: await answer.text(), disposition: answer.headers.get('content-disposition') };
}

/** The cells of an exported CSV file by column: null where a cell is empty, '' where it is the empty text. */
export function readCsv(
  { name, text }: Pick<ExportedFile, 'name' | 'text'>,
  delimiter = ',',
): Record<string, string | null>[] {
  const rows = parse(text, {
    delimiter,
    cast: (value, { quoting }) => (value === '' && !quoting ? null : isNeutralised(name) ? withoutMark(value) : value),
  }) as (string | null)[][];
  const [header = [], ...records] = rows;
  return records.map((record) => Object.fromEntries(record.map((cell, i) => [header[i] ?? '', cell])));
}

export function readJsonLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
