/**
 * The version of the engine's output. As long as it stays the same, a seed and a definition give the same rows; what would
 * change a byte needs a new version beside the old one. The golden files hold it to that.
 */
export const ENGINE_VERSION = 1;

export {
  type AppliedRule,
  type DateFormat,
  DefinitionError,
  type Distribution,
  FIELD_TYPES,
  type FieldDefinition,
  type FieldType,
  type ItemDefinition,
  type LetterCase,
  type Problem,
  type RowRule,
  type SchemaDefinition,
  TEXT_FORMATS,
  type TextFormat,
} from './definition/definition.js';
export { definitionJsonSchema } from './definition/json-schema.js';
export { type Resolve } from './definition/embedding.js';
export { readDefinition, type ReadOptions, type ReadResult } from './definition/read-definition.js';
export { compile, type CompiledSchema, type CompileOptions, referencesIn, wholeDefinition } from './compile.js';
export { type Engine } from './engines/engine.js';
export { engine1, UnknownEngineError } from './engines/engines.js';
export { NoCandidatesError } from './references/no-candidates.js';
export { type Link, type ReferenceField } from './references/reference-fields.js';
export { RuleUnmetError } from './rendering/attempts.js';
export { type RowInputs, type RowSource } from './rendering/row-source.js';
export { type Capacity, type KeyCapacity } from './uniqueness/capacity.js';
export { SpaceExhaustedError } from './uniqueness/space-exhausted.js';
export { type UniqueKey } from './uniqueness/keys.js';
export { EmptySpanError } from './values/date-values.js';
