import { Conflict } from '../../libs/errors/errors.js';
import { RowRefusedError } from '../schemas/overridden-schema.js';
import { EmptySpanError, RuleUnmetError } from '../../libs/generator/index.js';

/**
 * Whether the generator says that the rules leave no value: bounds around today that are empty, a rule that no draw keeps, or
 * a row that is refused since the overrides of the run break the schema.
 */
export function isNoValidRow(error: unknown): error is Error {
  return error instanceof EmptySpanError || error instanceof RuleUnmetError || error instanceof RowRefusedError;
}

/** Makes rows; throws 409 `generation.no_valid_row` where the rules leave none. */
export function makingRows<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!isNoValidRow(error)) throw error;
    throw new Conflict('generation.no_valid_row', `The rules of the schema leave no row: ${error.message}.`);
  }
}
