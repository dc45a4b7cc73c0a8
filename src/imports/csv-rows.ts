import type { CsvRecord } from '../../libs/row-files/csv-records.js';
import { cellReader, type ReadCell } from './cell-values.js';
import type { Path, Target } from './column-targets.js';

export type Values = Record<string, unknown>;

/** A row as it was read; a text says why it cannot be. */
export type ReadRow = (record: CsvRecord) => Values | string;

interface Column {
  at: number;
  path: Path;
  name: string;
  read: ReadCell;
  isText: boolean;
}

/** Compiles the reading of records whose columns lead to these targets; null is a column that is passed over. */
export function rowReader(targets: readonly (Target | null)[], undoesNeutralising: boolean): ReadRow {
  const columns = targets.flatMap((target, at): Column[] => {
    if (!target) return [];
    const { path, field } = target;
    const isText = field.type === 'string';
    return [{ at, path, name: String(path[0]), read: cellReader(field, undoesNeutralising), isText }];
  });
  const count = targets.length;
  return (record) => {
    if (typeof record === 'string') return record;
    if (record.length !== count) return `the row has ${fieldsIn(record.length)} instead of ${count}`;
    const values: Values = {};
    for (const { at, path, name, read, isText } of columns) {
      const text = record[at]!;
      // Quotes with nothing in them are a text without characters; only a field of texts can have one.
      if (text === null || (text === '' && !isText)) continue;
      if (path.length === 1) values[name] = read(text);
      else place(values, path, read(text));
    }
    return values;
  };
}

const fieldsIn = (count: number): string => (count === 1 ? '1 field' : `${count} fields`);

function place(values: Values, path: Path, value: unknown): void {
  let container = values as Record<string | number, unknown>;
  for (let i = 0; i < path.length - 1; i += 1) {
    container = (container[step(container, path[i]!)] ??= typeof path[i + 1] === 'number' ? [] : {}) as Values;
  }
  container[step(container, path.at(-1)!)] = value;
}

/** Places before one that is filled are null rather than holes. */
function step(container: unknown, at: string | number): string | number {
  if (typeof at === 'number') while ((container as unknown[]).length < at) (container as unknown[]).push(null);
  return at;
}
