import * as api from '../../libs/client/generated/sdk.gen.js';
import type { ImportFileData, RunResponse, WholeRunResponse } from '../../libs/client/generated/types.gen.js';
import { download } from '../exports/export-file.js';
import type { TestApi } from '../support/api.js';
import { ok, problem, type TestProject } from '../support/project.js';
import { runUntil } from '../support/runs.js';
import { stockOf } from '../test-data/stock.js';

export type ImportQuery = NonNullable<ImportFileData['query']>;
type Content = string | Uint8Array | Blob;

/** Imports into one schema in the project's environment, as its writer. */
export interface TestImport {
  /** Sends a file; answers the run at once. */
  start(content: Content, query?: ImportQuery, name?: string): Promise<RunResponse>;
  /** The same, and waits for the end. */
  run(content: Content, query?: ImportQuery, name?: string): Promise<WholeRunResponse>;
  refuse(content: Content, query?: ImportQuery, name?: string): ReturnType<typeof problem>;
  /** The values in the stock, in the order of the ids. */
  values(): Promise<Record<string, unknown>[]>;
  /** A file that a run has left. */
  download(runId: string, name: string): Promise<string>;
}

export function importing(test: TestApi, project: TestProject, schemaId: string): TestImport {
  const client = project.as.writer;
  const path = { schemaId, envId: project.environmentId };
  const send = (content: Content, query: ImportQuery = {}, name = 'rows.csv') => {
    const file = new File([content], name);
    return api.importFile({ client, path, query, body: { file } });
  };
  return {
    start: (content, query, name) => ok(send(content, query, name)),
    run: async (content, query, name) => {
      const { id } = await ok(send(content, query, name));
      await runUntil(client, id);
      return ok(api.getRun({ client, path: { id } }));
    },
    refuse: (content, query, name) => problem(send(content, query, name)),
    values: async () => (await stockOf(test, project, schemaId).rows()).map(({ data_values }) => data_values),
    download: async (runId, name) => (await download(test, client, runId, name)).text,
  };
}
