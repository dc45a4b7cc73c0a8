import { Invalid } from '../../libs/errors/errors.js';
import type { FieldDefinition, SchemaDefinition } from '../../libs/generator/index.js';

/** The columns by which records can be put in order; fields are `values.<name>`. */
const COLUMNS = ['created_at', 'used_at', 'status'] as const;
const FIELD = 'values.';
/** Field types with single values. */
const SINGLE = ['string', 'number', 'date', 'boolean', 'options', 'reference'];

/** How records are put in order; ties are broken by their ids. */
export interface RecordOrder {
  by: (typeof COLUMNS)[number] | FieldDefinition;
  isDescending: boolean;
}

/** Where a page ended: the values that it is in order of, as text, and the record. */
export interface OrderPlace {
  values: string[];
  id: string;
}

/** Reads `created_at`, `-used_at`, `values.age` … Throws 422 `sort.invalid`. */
export function readOrder(sort: string, definition: SchemaDefinition): RecordOrder {
  const isDescending = sort.startsWith('-');
  const name = isDescending ? sort.slice(1) : sort;
  const column = COLUMNS.find((each) => each === name);
  if (column) return { by: column, isDescending };
  const field = name.startsWith(FIELD) ? name.slice(FIELD.length) : null;
  const by = definition.fields.find((each) => each.name === field);
  if (!by)
    throw invalidSort(
      `must be one of ${COLUMNS.join(', ')} or ${FIELD}<name> with a field's name, with - before it for the other way round`,
    );
  if (!SINGLE.includes(by.type)) throw invalidSort(`${by.name} is of type ${by.type}, whose values have no order`);
  return { by, isDescending };
}

function invalidSort(detail: string): Invalid {
  return new Invalid('sort.invalid', 'Records cannot be put in this order.', [
    { parameter: 'sort', code: 'sort', detail },
  ]);
}

/** The text of an opaque cursor. */
export function writeCursor(order: RecordOrder, place: OrderPlace): string {
  return Buffer.from(JSON.stringify([orderId(order), place.id, ...place.values])).toString('base64url');
}

/** Where the page before ended. Throws 422 `list.bad_cursor` for a cursor that is not ours, or from another order. */
export function readCursor(order: RecordOrder, cursor: string | undefined): OrderPlace | null {
  if (cursor === undefined) return null;
  const read = parsed(cursor);
  if (!read) throw badCursor('must be the next_cursor of an earlier answer');
  const [id, place, ...values] = read;
  if (id !== orderId(order))
    throw badCursor('is from a list in another order: ask with the same sort, or from the start');
  if (!UUID.test(place ?? '') || !areValues(order, values))
    throw badCursor('must be the next_cursor of an earlier answer');
  return { id: place as string, values };
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const NUMERIC = /^(NaN|-?\d{1,400}(\.\d{1,400})?)$/;

/** Whether these can be values of a place in the order: PostgreSQL would fail on others. */
function areValues({ by }: RecordOrder, values: string[]): boolean {
  const isText = (text: string | undefined): boolean =>
    text !== undefined && text.isWellFormed() && !text.includes('\u0000');
  const isNumber = NUMERIC.test(values[0] ?? '');
  switch (by) {
    case 'created_at':
      return values.length === 0;
    case 'status':
      return values.length === 1 && isText(values[0]);
    case 'used_at':
      return values.length === 1 && isNumber;
    default:
      return values.length === 2 && isNumber && isText(values[1]);
  }
}

/** The same for two requests where one may go on with the cursor of the other. */
function orderId({ by, isDescending }: RecordOrder): string {
  return `${isDescending ? '-' : ''}${typeof by === 'string' ? by : `${FIELD}${by.id}`}`;
}

function parsed(cursor: string): string[] | null {
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(read) && read.every((each) => typeof each === 'string') ? read : null;
  } catch {
    return null;
  }
}

function badCursor(detail: string): Invalid {
  return new Invalid('list.bad_cursor', 'The cursor does not belong to this list.', [
    { parameter: 'cursor', code: 'cursor', detail },
  ]);
}
