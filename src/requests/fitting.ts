import type { FieldDefinition, SchemaDefinition } from '../../libs/generator/index.js';
import type { FieldOverride, Overrides } from '../schemas/overrides.js';
import type { FieldConditions } from '../test-data/record-filter.dto.js';
import type { FieldFilter } from './request-data.dto.js';

/**
 * Other rules for fields, with which rows fit the filter, or fit it more often: what cannot be said as a rule is left to
 * luck. What they make is checked all the same, by the schema and by the filter.
 */
export function overridesFor(definition: SchemaDefinition, filter: FieldFilter): Overrides {
  const rules = definition.fields.flatMap((field): [string, FieldOverride][] => {
    const conditions = Object.hasOwn(filter, field.name) ? filter[field.name] : undefined;
    const override = conditions && overrideFor(field, conditions);
    return override && Object.keys(override).length > 0 ? [[field.name, override]] : [];
  });
  return Object.fromEntries(rules);
}

function overrideFor(field: FieldDefinition, conditions: FieldConditions): FieldOverride {
  const { eq, in: listed, ne, exists, ...others } = conditions;
  if (eq !== undefined) return { value: eq };
  if (listed) return { value: listed[Math.floor(Math.random() * listed.length)] };
  if (exists === false) return { value: null };
  const isNeeded = exists === true || Object.keys(others).length > 0;
  const present: FieldOverride = isNeeded && field.required !== true ? { null_rate: 0 } : {};
  if (field.type === 'boolean' && typeof ne === 'boolean') return { value: !ne };
  if (field.type === 'options' && ne !== undefined)
    return { ...present, options: (field.options ?? []).filter((each) => each !== ne) };
  if (field.type === 'number' || (field.type === 'date' && field.format !== 'time'))
    return { ...present, ...boundsFor(field, conditions) };
  return present;
}

/** The narrower of the field's bounds and the conditions'. */
function boundsFor(field: FieldDefinition, { gt, gte, lt, lte }: FieldConditions): FieldOverride {
  const isNumber = field.type === 'number';
  const own = { min: field.min ?? field.exclusive_min, max: field.max ?? field.exclusive_max };
  const bounds: FieldOverride = {};
  const least = gte ?? gt;
  const most = lte ?? lt;
  if (least !== undefined && isBeyond(least, own.min, isNumber, 1))
    bounds[gte === undefined && isNumber ? 'exclusive_min' : 'min'] = least;
  if (most !== undefined && isBeyond(most, own.max, isNumber, -1))
    bounds[lte === undefined && isNumber ? 'exclusive_max' : 'max'] = most;
  return bounds;
}

/** Whether a condition's bound leaves less than the field's own; bounds like `now-30d` are not told apart, and so are kept where rows break them. */
function isBeyond(bound: string | number, own: unknown, isNumber: boolean, sign: 1 | -1): boolean {
  if (own === undefined || own === null) return true;
  if (isNumber) return sign * (Number(bound) - Number(own)) > 0;
  const [a, b] = [Date.parse(String(bound)), Date.parse(String(own))];
  return Number.isNaN(a) || Number.isNaN(b) || sign * (a - b) > 0;
}
