import type { FieldDefinition, ItemDefinition } from '../generator/definition/definition.js';

/** One step of a path: a property, and how many lists deep within it. */
export interface MaskStep {
  name: string;
  lists: number;
}

/** A field that a path leads to, with those beside it in the same object. */
export interface FoundField {
  field: FieldDefinition | ItemDefinition;
  steps: MaskStep[];
  siblings: readonly FieldDefinition[];
}

/** Reads `lines[]/product/name`, the way in which references are named. Names of fields have no slashes or brackets. */
export function readPath(path: string): MaskStep[] {
  return path.split('/').map((step) => ({ name: step.replaceAll('[]', ''), lists: step.split('[]').length - 1 }));
}

/** The field at a path; null where there is none. */
export function fieldAt(fields: readonly FieldDefinition[], path: string): FoundField | null {
  const steps = readPath(path);
  let siblings = fields;
  let field: FieldDefinition | ItemDefinition | undefined;
  for (const [i, { name, lists }] of steps.entries()) {
    field = siblings.find((each) => each.name === name);
    for (let k = 0; k < lists; k += 1) field = field?.items;
    if (!field) return null;
    if (i < steps.length - 1) siblings = field.fields ?? [];
  }
  return field ? { field, steps, siblings } : null;
}
