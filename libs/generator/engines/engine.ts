import { type SchemaDefinition } from '../definition/definition.js';
import { type RowInputs, type RowSource } from '../rendering/row-source.js';
import { type Table } from '../rendering/table.js';

/**
 * A version of the mapping from seed and definition to rows. Once released, none of its bytes change: what would change one
 * is a new version beside it, made of the old one's parts where it is the same.
 */
export interface Engine {
  readonly version: number;
  table(definition: SchemaDefinition): Table;
  rows(table: Table, inputs: RowInputs): RowSource;
}
