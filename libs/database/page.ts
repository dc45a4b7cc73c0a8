import { Invalid } from '../errors/errors.js';

/** What a list call asks for. */
export interface PageRequest {
  /** At most this many entries, 1 to 100. */
  limit: number;
  /** Where the page before ended, as the answer gave it. */
  cursor?: string;
}

/** One page of a list; `nextCursor` is null on the last one. */
export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** The id after which the page starts, or null for the first one. Throws {@link Invalid} for a cursor that we did not make. */
export function afterId(request: PageRequest): string | null {
  if (request.cursor === undefined) return null;
  const id = Buffer.from(request.cursor, 'base64url').toString('latin1');
  if (UUID.test(id)) return id;
  throw badCursor();
}

/** What stands after which the page starts, where entries are in the order of moments: microseconds since 1970, and the id. */
export function afterMoment(request: PageRequest): { micros: string; id: string } {
  if (request.cursor === undefined) return { micros: '0', id: '00000000-0000-0000-0000-000000000000' };
  const [, micros = '', id = ''] =
    /^(\d{1,17})\.([^]*)$/.exec(Buffer.from(request.cursor, 'base64url').toString('latin1')) ?? [];
  if (UUID.test(id)) return { micros, id };
  throw badCursor();
}

/** The same as {@link toPage} for such entries. */
export function toMomentPage<T extends { id: string; micros: string }>(rows: T[], request: PageRequest): Page<T> {
  const data = rows.slice(0, request.limit);
  const last = data.at(-1);
  const more = rows.length > request.limit && last;
  return { data, nextCursor: more ? Buffer.from(`${last.micros}.${last.id}`, 'latin1').toString('base64url') : null };
}

function badCursor(): Invalid {
  return new Invalid('list.bad_cursor', 'The cursor is not one that an earlier answer gave.', [
    { parameter: 'cursor', code: 'cursor', detail: 'must be the next_cursor of an earlier answer' },
  ]);
}

/** Makes a page of `limit + 1` rows in the order of their ids: the extra row only says that there is more. */
export function toPage<T extends { id: string }>(rows: T[], request: PageRequest): Page<T> {
  const data = rows.slice(0, request.limit);
  const last = data.at(-1);
  const more = rows.length > request.limit && last;
  return { data, nextCursor: more ? Buffer.from(last.id, 'latin1').toString('base64url') : null };
}
