import { compileTable } from '../../libs/generator/compile-table.js';
import { type SchemaDefinition } from '../../libs/generator/index.js';
import { streamKey } from '../../libs/generator/random/hash.js';
import { Stream } from '../../libs/generator/random/stream.js';
import { type Column } from '../../libs/generator/rendering/bind-table.js';
import { type RowSource, Rows } from '../../libs/generator/rendering/row-source.js';
import { type AnyPlan, isDerived } from '../../libs/generator/values/field-plan.js';
import { measureCalls } from '../rounds.js';
import { costs } from '../report.js';
import { assertUser, compiledUser, RUN, userDefinition, write } from './user-row.js';

/** What it costs that any row can be had by itself: rows beside the same rows drawn from a state that moves along them. */
export async function benchAddressing(): Promise<void> {
  const addressed = compiledUser(false).rows(RUN);
  const streamed = streamedRows(userDefinition(false));
  for (let i = 0; i < 1000; i += 1) assertUser(streamed.json(i), 'one stream');
  const rates = await measureCalls({
    addressed: (i) => write(addressed.json(i)),
    streamed: (i) => write(streamed.json(i)),
  });
  costs('every row addressable, against one stream', rates.addressed, rates.streamed, 15);
}

/** The same parts, rendered in the same way, but drawn from one random source that is never put anywhere. */
function streamedRows(definition: SchemaDefinition): RowSource {
  const stream = new Stream();
  stream.seek(streamKey(RUN.seed, 'stream', ''), 0);
  const { plans } = compileTable(definition);
  return new Rows(
    definition.fields.map(({ name }, f) => streamedColumn(name, plans[f]!, stream)),
    [],
  );
}

function streamedColumn(name: string, plan: AnyPlan, stream: Stream): Column {
  const part = isDerived(plan) ? null : plan.bind({ ...RUN, path: name, references: {}, firstRow: () => 0 });
  if (isDerived(plan) || !part) throw new Error(`${name} is not drawn`);
  return { name, quote: plan.quoted ? '"' : '', write: () => part.draw(stream) };
}
