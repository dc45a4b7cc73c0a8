import { Ajv, type ValidateFunction } from 'ajv';
import { compilePattern } from '../../libs/generator/patterns/pattern.js';
import { measureCalls } from '../rounds.js';
import { atLeast, rateHere } from '../report.js';
import { compiledUser, NOW, RUN, USERNAME } from './user-row.js';

/** The check beside ajv's, which is given the same patterns in linear form: both match with our automata. */
export async function benchValidation(): Promise<void> {
  const schema = compiledUser(false);
  const validate = ajvCheck();
  const rows = schema.rows(RUN);
  const values = Array.from({ length: 1000 }, (_, i) => JSON.parse(rows.json(i)) as unknown);
  if (!values.every((each) => validate(each) && schema.check(each, NOW).length === 0)) throw new Error('a row fails');
  // Ten at once: both are so quick that what calls them would weigh as much.
  const tens = Array.from({ length: 100 }, (_, k) => values.slice(k * 10, k * 10 + 10));
  const rates = await measureCalls({
    check: (i) => tens[i % 100]!.every((each) => schema.check(each, NOW).length === 0),
    ajv: (i) => tens[i % 100]!.every((each) => validate(each)),
  });
  rateHere('checking a User row', 10 * rates.check, 'rows');
  atLeast('  against ajv with the same linear patterns', rates.check / rates.ajv, 0.8);
}

function ajvCheck(): ValidateFunction {
  const linear = (source: string): { test: (text: string) => boolean; toString: () => string } => {
    const pattern = compilePattern(source);
    // ajv takes matchers that print alike for one and the same.
    return { test: (text) => pattern.matches(text), toString: () => source };
  };
  const ajv = new Ajv({ allErrors: true, code: { regExp: Object.assign(linear, { code: 'linear' }) } });
  const text = { type: 'string' };
  return ajv.compile({
    type: 'object',
    properties: {
      username: { ...text, pattern: USERNAME },
      email: { ...text, pattern: '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$' },
      password: { ...text, pattern: '^.{8,}$' },
      first_name: text,
      last_name: text,
      age: { type: 'number', minimum: 13, maximum: 120 },
      signup_date: { ...text, pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' },
    },
    required: ['username', 'email', 'password', 'first_name', 'last_name'],
    additionalProperties: false,
  });
}
