/** A reference and the record that it is to name. */
export interface WantedLink {
  /** As the schema's references are called: `user`, `lines[]/product`. */
  field: string;
  recordId: string;
}

/**
 * What a record's values must contain, in the sense of PostgreSQL's `@>`, for the references to name these records: of the
 * references in an array's elements, at least one.
 */
export function containing(links: readonly WantedLink[]): Record<string, unknown> {
  const values = emptyObject();
  for (const { field, recordId } of links) add(values, field.split('/'), recordId);
  return values;
}

/** Without what every object has: a field may be called `constructor`. */
function emptyObject(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>;
}

function add(values: Record<string, unknown>, [step = '', ...rest]: string[], recordId: string): void {
  const [name = '', ...brackets] = step.split('[]');
  let inner: unknown = recordId;
  if (rest.length > 0) {
    // Objects are one and the same; each reference in an array may be met by another element.
    const known = brackets.length === 0 ? values[name] : undefined;
    const object = (known ?? emptyObject()) as Record<string, unknown>;
    add(object, rest, recordId);
    inner = object;
  }
  for (const _ of brackets) inner = [inner];
  const known = values[name];
  values[name] =
    Array.isArray(known) && Array.isArray(inner) ? [...(known as unknown[]), ...(inner as unknown[])] : inner;
}
