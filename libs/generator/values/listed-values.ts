import { type FieldDefinition } from '../definition/definition.js';
import { constantPlan, type FieldPlan } from './field-plan.js';
import { type Part } from './part.js';
import { searched } from './zipf.js';

/** true and false, equally likely unless `probability` says otherwise. */
export function booleanPlan(field: FieldDefinition): FieldPlan {
  const { probability } = field;
  const part = listPart(['true', 'false']);
  if (probability === undefined) return constantPlan(part, false);
  return constantPlan({ ...part, draw: (stream) => (stream.unit() < probability ? 'true' : 'false') }, false);
}

/** A field's options, as likely as their weights say. */
export function optionsPlan(field: FieldDefinition): FieldPlan {
  const texts = (field.options ?? []).map((option) => JSON.stringify(option));
  const part = listPart(texts);
  if (field.weights === undefined) return constantPlan(part, false);
  let sum = 0;
  const sums = Float64Array.from(field.weights, (weight) => (sum += weight));
  return constantPlan({ ...part, draw: (stream) => texts[searched(sums, stream.unit() * sum)]! }, false);
}

function listPart(texts: readonly string[]): Part {
  const size = texts.length;
  return { size, exact: true, at: (rank) => texts[rank]!, draw: (stream) => texts[stream.below(size)]! };
}
