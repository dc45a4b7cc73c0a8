import { once } from 'node:events';
import type { PoolClient } from 'pg';
import { type CopyToStreamQuery, to as copyTo } from 'pg-copy-streams';
import type { Database, Statement } from './database.js';

/**
 * A query with `$1`, `$2` … for its values. COPY takes no parameters: the values are put into the text as literals. So
 * everything that comes from outside, names too, has to be among them: a `$1` in the text itself would be taken for one.
 */
export interface CopiedQuery {
  text: string;
  /** Texts, numbers, booleans, null, and lists of them. */
  values: unknown[];
}

const CANCEL: Statement = { name: 'copy_out.cancel', text: 'SELECT pg_cancel_backend($1)' };

/**
 * The rows of a query as COPY writes them, in the format that `options` name (`FORMAT csv`), all as they were at one moment.
 * Reads no faster than it is asked to. Needs a transaction, whose connection it occupies until its end. Throws what PostgreSQL
 * answers; once the signal is aborted, ends the query, whatever it is at, and throws the signal's reason.
 */
export async function* copyOut(
  db: Database,
  query: CopiedQuery,
  options: string,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  signal.throwIfAborted();
  const { client } = db;
  const { processID } = client as unknown as { processID: number };
  const stream = client.query(copyTo(`COPY (${inlined(query, client)}) TO STDOUT WITH (${options})`));
  const cancel = (): Promise<unknown> => db.apart(() => db.query(CANCEL, [processID])).catch(() => undefined);
  const onAbort = (): void => void cancel();
  let isOver = false;
  const over = (): void => void (isOver = true);
  // For good: a connection that breaks tells of it more than once.
  stream.on('error', over).on('end', over);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
      signal.throwIfAborted();
      yield chunk as Buffer;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
    if (!isOver) await drain(stream, cancel);
  }
}

/** Ends a query that nobody reads any more: before that, its connection could not even roll back. */
async function drain(stream: CopyToStreamQuery, cancel: () => Promise<unknown>): Promise<void> {
  const ended = once(stream, 'end').catch(() => undefined);
  await cancel();
  stream.resume();
  await ended;
}

function inlined({ text, values }: CopiedQuery, client: PoolClient): string {
  return text.replace(/\$(\d+)/g, (_, no: string) => literal(values[Number(no) - 1], client));
}

function literal(value: unknown, client: PoolClient): string {
  if (value === null) return 'NULL';
  if (!Array.isArray(value)) return client.escapeLiteral(String(value));
  const elements = value.map((each) => (each === null ? 'NULL' : `"${String(each).replace(/["\\]/g, '\\$&')}"`));
  return client.escapeLiteral(`{${elements.join(',')}}`);
}
