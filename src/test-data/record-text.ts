type Values = Record<string, unknown>;

/** How names of values within objects and lists are written: `address[city]`, `lines[0][sku]`, or `address.city`, `lines.0.sku`. */
export type NestedNames = 'brackets' | 'dots';

/** A request that a command makes. */
export interface CurlRequest {
  url: string;
  method: string;
  body: 'json' | 'form';
}

export const MEDIA_TYPES = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
} as const;

/** Values as JSON, in the order that they are in. */
export function asJson(values: Values): string {
  return JSON.stringify(values, null, 2);
}

/** Values as the fields of a form; those that are null, and empty lists and objects, are left out. */
export function asForm(values: Values, names: NestedNames): string {
  return new URLSearchParams(fieldsOf(values, names)).toString();
}

/** A command for a POSIX shell that sends the values. Nothing in them, nor in the address, is read by the shell or by curl. */
export function asCurl(values: Values, names: NestedNames, { url, method, body }: CurlRequest): string {
  const data = body === 'json' ? JSON.stringify(values) : asForm(values, names);
  // --data-raw, since --data reads a file where the text begins with @; --globoff, since curl reads brackets in addresses.
  return [
    `curl --globoff --request ${method} --url ${quoted(url)}`,
    `  --header ${quoted(`content-type: ${MEDIA_TYPES[body]}`)}`,
    `  --data-raw ${quoted(data)}`,
  ].join(' \\\n');
}

/** A text as one word of a POSIX shell: within single quotes, only they themselves mean anything. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function fieldsOf(values: Values, names: NestedNames): [string, string][] {
  return Object.entries(values).flatMap(([name, value]) => fieldsUnder(name, value, names));
}

function fieldsUnder(name: string, value: unknown, names: NestedNames): [string, string][] {
  if (value === null || value === undefined) return [];
  if (typeof value !== 'object') return [[name, String(value)]];
  const within = (key: string): string => (names === 'dots' ? `${name}.${key}` : `${name}[${key}]`);
  return Object.entries(value).flatMap(([key, each]) => fieldsUnder(within(key), each, names));
}
