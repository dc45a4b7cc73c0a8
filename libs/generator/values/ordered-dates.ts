import { type FieldDefinition } from '../definition/definition.js';
import { parseTime } from './date-bound.js';
import { dateBounds, placed } from './date-bounds.js';
import { dateSpan, type DateSpan, EmptySpanError } from './date-values.js';
import { type DerivedPlan } from './field-plan.js';
import { DAY, parseInstant } from './instant.js';

/** The first and last value that a date may have in a run. */
interface Hull {
  readonly first: number;
  readonly last: number;
}

/**
 * A date that lies after (or before) another one of its row: drawn between that date and its own bound; without a bound,
 * within as many days as its name's kind is wide. Where the other has no value, it is drawn from its own range.
 */
export function orderedDatePlan(field: FieldDefinition, fields: ReadonlyMap<string, FieldDefinition>): DerivedPlan {
  const other = (field.after ?? field.before)!;
  return {
    needs: [other],
    derive: ({ now, of, streamAt }) => {
      const span = dateSpan(field, 'none');
      const own = span.at(now);
      const room = roomOf(field, fields, now);
      const base = of(other);
      return (i) => {
        const json = base(i);
        const at = json === 'null' ? null : unitsOf(json.slice(1, -1), span);
        const { first, last } = at === null ? { first: own.first, last: own.first + own.size - 1 } : room(at);
        return `"${span.write(first + streamAt(i).below(last - first + 1))}"`;
      };
    },
  };
}

/** What is left for the field beside a given date. Throws EmptySpanError when some date leaves nothing. */
function roomOf(
  field: FieldDefinition,
  fields: ReadonlyMap<string, FieldDefinition>,
  now: number,
): (at: number) => Hull {
  const { low, high, width } = limits(field, now);
  const others = hullOf(fields.get((field.after ?? field.before)!)!, fields, now);
  if (field.after !== undefined) {
    if (high !== null && high <= others.last) throw new EmptySpanError(field.name);
    return (at) => {
      const first = Math.max(low ?? at + 1, at + 1);
      return { first, last: high ?? first + width - 1 };
    };
  }
  if (low !== null && low >= others.first) throw new EmptySpanError(field.name);
  return (at) => {
    const last = Math.min(high ?? at - 1, at - 1);
    return { first: low ?? last - width + 1, last };
  };
}

function hullOf(field: FieldDefinition, fields: ReadonlyMap<string, FieldDefinition>, now: number): Hull {
  const other = field.after ?? field.before;
  const own = dateSpan(field, 'none').at(now);
  const whole = { first: own.first, last: own.first + own.size - 1 };
  if (other === undefined) return whole;
  const room = roomOf(field, fields, now);
  const around = hullOf(fields.get(other)!, fields, now);
  const [a, b] = [room(around.first), room(around.last)];
  return { first: Math.min(whole.first, a.first, b.first), last: Math.max(whole.last, a.last, b.last) };
}

/** A field's own bounds in a run, and how wide it is where there are none. */
function limits(field: FieldDefinition, now: number): { low: number | null; high: number | null; width: number } {
  const { low, high, unit } = dateBounds(field);
  const isTime = field.format === 'time';
  const own = dateSpan({ ...field, min: undefined, max: undefined }, 'none').at(now);
  return {
    // The day ends, even where no bound says so.
    low: low ? placed(low, now, unit) : isTime ? 0 : null,
    high: high ? placed(high, now, unit) : isTime ? DAY - 1 : null,
    width: own.size,
  };
}

function unitsOf(text: string, span: DateSpan): number | null {
  const instant = parseInstant(text);
  return instant ? Math.floor(instant.seconds / span.unit) : parseTime(text);
}
