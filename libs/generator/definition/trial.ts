import { compileTable } from '../compile-table.js';
import { RuleUnmetError } from '../rendering/attempts.js';
import { referenceFields } from '../references/reference-fields.js';
import { rowSource } from '../rendering/row-source.js';
import { SpaceExhaustedError } from '../uniqueness/space-exhausted.js';
import { EmptySpanError } from '../values/date-values.js';
import { type FieldDefinition, type SchemaDefinition } from './definition.js';
import { itemField } from './nested-reader.js';
import { checkItems } from './key-problems.js';
import { type Problems } from './reader.js';

/** How many rows are tried. A rule that this many rows keep will hardly be one that a run cannot. */
const ROWS = 20;
const MANY_IDS = Array.from({ length: 1000 }, (_, k) => `00000000-0000-4000-8000-${String(k).padStart(12, '0')}`);

/** Makes a few rows of a definition where only trying tells whether there are any: rules, and dates that follow others. */
export function tryRows(definition: SchemaDefinition, problems: Problems): void {
  checkItems(definition.fields, '', problems, elementsOf);
  if (problems.list.length > 0 || !needsTrial(definition)) return;
  try {
    const rows = rowSource(compileTable(definition), {
      seed: 'trial',
      now: Date.now(),
      references: Object.fromEntries(referenceFields(definition.fields).map(({ field }) => [field, MANY_IDS])),
    });
    for (let i = 0; i < ROWS; i++) rows.json(i);
  } catch (error) {
    if (error instanceof SpaceExhaustedError) return;
    if (error instanceof RuleUnmetError)
      return problems.add('/rules', 'rules.unmet', `no row was found that keeps the rule: ${error.rule}`);
    if (!(error instanceof EmptySpanError)) throw error;
    const f = definition.fields.findIndex((field) => field.name === error.field);
    problems.add(
      `/fields/${f}`,
      'date.no_room',
      `${error.field}: its bounds may leave no date beside those of the other field`,
    );
  }
}

/** How many different elements an array's items have; null where the run decides. */
function elementsOf(field: FieldDefinition): number | null {
  const item = itemField(field);
  if (item.type === 'reference') return null;
  const table = compileTable({ fields: [{ ...item, unique: true }] });
  const plan = table.plans[0]!;
  return 'extent' in plan ? plan.extent(0).size : null;
}

function needsTrial(definition: SchemaDefinition): boolean {
  return /"(rules|after|before|expression)":/.test(JSON.stringify(definition));
}
