import { type FieldDefinition } from '../definition/definition.js';
import { constantPlan, type FieldPlan } from './field-plan.js';
import { type Part } from './part.js';

/** true and false, equally likely. */
export function booleanPlan(): FieldPlan {
  return constantPlan(listPart(['true', 'false']), false);
}

/** A field's options, equally likely. */
export function optionsPlan(field: FieldDefinition): FieldPlan {
  return constantPlan(listPart((field.options ?? []).map((option) => JSON.stringify(option))), false);
}

function listPart(texts: readonly string[]): Part {
  const size = texts.length;
  return { size, exact: true, at: (rank) => texts[rank]!, draw: (stream) => texts[stream.below(size)]! };
}
