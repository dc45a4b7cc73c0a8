import { type FieldDefinition, type SchemaDefinition } from './definition/definition.js';
import { itemCounts, itemField } from './definition/nested-reader.js';
import { earlierRowPlan, referencePlan } from './references/reference-values.js';
import { bindTable } from './rendering/bind-table.js';
import { guardsOf } from './rendering/guards.js';
import { Rows } from './rendering/row-source.js';
import { groupGuards, orderOf, type Table } from './rendering/table.js';
import { carriedKeys } from './uniqueness/carried.js';
import { bindingKeys, type UniqueKey } from './uniqueness/keys.js';
import { datePlan } from './values/date-values.js';
import { expressionPlan, sequencePlan, templatePlan } from './values/derived-values.js';
import { type AnyPlan, type FieldPlan, isDerived, type KeyRole } from './values/field-plan.js';
import { booleanPlan, optionsPlan } from './values/listed-values.js';
import { arrayPlan, objectPlan } from './values/nested-values.js';
import { numberPlan } from './values/number-values.js';
import { orderedDatePlan } from './values/ordered-dates.js';
import { stringPlan } from './values/string-values.js';

/** Compiles the fields of a definition that was read, with all embedded schemas put in place. */
export function compileTable(definition: SchemaDefinition): Table {
  const { fields } = definition;
  const byName = new Map(fields.map((field) => [field.name, field]));
  const all = bindingKeys(definition);
  const plans = fields.map((field) => planOf(field, roleOf(field.name, all), byName));
  const guards = guardsOf(definition, byName);
  const needed = [...plans.flatMap((plan) => (isDerived(plan) ? plan.needs : [])), ...guards.flatMap((g) => g.needs)];
  const names = new Set(needed);
  return {
    definition,
    plans,
    keys: { all, ...carriedKeys(definition, plans, all) },
    order: orderOf(fields, (f) => {
      const plan = plans[f]!;
      return isDerived(plan) ? plan.needs : [];
    }),
    ...groupGuards(fields, plans, guards),
    taken: new Set(fields.flatMap((field, f) => (names.has(field.name) ? [f] : []))),
  };
}

function planOf(field: FieldDefinition, role: KeyRole, fields: ReadonlyMap<string, FieldDefinition>): AnyPlan {
  if (field.expression !== undefined) return expressionPlan(field, fields);
  if (field.template !== undefined) return templatePlan(field);
  if (field.sequence !== undefined) return sequencePlan(field);
  if (field.after !== undefined || field.before !== undefined) return orderedDatePlan(field, fields);
  if (field.earlier_rows) return earlierRowPlan();
  return drawnPlanOf(field, role);
}

function drawnPlanOf(field: FieldDefinition, role: KeyRole): FieldPlan {
  switch (field.type) {
    case 'string':
      return stringPlan(field, role);
    case 'number':
      return numberPlan(field, role);
    case 'date':
      return datePlan(field, role);
    case 'boolean':
      return booleanPlan(field);
    case 'options':
      return optionsPlan(field);
    case 'reference':
      return referencePlan(field);
    case 'array': {
      const item = { ...itemField(field), required: field.required && itemCounts(field).min > 0 };
      // To be told apart, elements are numbered as the values of a key are.
      return arrayPlan(field, drawnPlanOf(item, field.unique_items ? 'together' : 'none'));
    }
    case 'object': {
      const table = compileTable({ fields: field.fields ?? [] });
      return objectPlan(field, (inputs) => new Rows(bindTable(table, inputs), []));
    }
  }
}

function roleOf(name: string, keys: readonly UniqueKey[]): KeyRole {
  const key = keys.find((each) => each.fields.includes(name));
  return key === undefined ? 'none' : key.fields.length === 1 ? 'alone' : 'together';
}
