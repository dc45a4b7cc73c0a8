/**
 * The version of the engine's output. As long as it stays the same, a seed and a definition give the same rows; what would
 * change a byte needs a new version beside the old one. The golden files hold it to that.
 */
export const ENGINE_VERSION = 1;

export {
  type AppliedRule,
  DefinitionError,
  FIELD_TYPES,
  type FieldDefinition,
  type FieldType,
  type Problem,
  type SchemaDefinition,
} from './definition/definition.js';
export { readDefinition, type ReadResult } from './definition/read-definition.js';
export { compile, type CompiledSchema, type ReferenceField } from './compile.js';
export { NoCandidatesError } from './references/reference-values.js';
export { type RowInputs, type RowSource } from './rendering/row-source.js';
export { type Capacity } from './uniqueness/capacity.js';
export { SpaceExhaustedError } from './uniqueness/key-space.js';
export { type UniqueKey } from './uniqueness/keys.js';
